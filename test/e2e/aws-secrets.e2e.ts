import { readFileSync } from "node:fs";
import { z } from "zod";
import { reasonAgainstMoto } from "../../cli/parts/moto";
import { ThrowAway } from "../../cli/servers/throw-away";
import { ProviderFeatures } from "../../constructs/core/provider-features";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import { account, elements, TestAws } from "./aws-account";
import { type AwsAccount, declare } from "./declarations/aws";
import { readParts, testContext } from "./parts";
import { loginAs, type Method, statusOf } from "./requests";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/aws");
const answer = z.object({ data: z.record(z.string(), z.unknown()) });
const issued = z.object({
  lease_id: z.string(),
  lease_duration: z.number(),
  renewable: z.boolean(),
  data: z.object({
    access_key: z.string(),
    secret_key: z.string(),
    session_token: z.string().nullish(),
    arn: z.string().optional(),
  }),
});
type Issued = z.output<typeof issued>;

const template = (prefix: string) => `{{ printf "${prefix}-%s" (random 20) | truncate 32 }}`;

type Request = readonly [login: string, method: Method, path: string, body?: object];

const allowed: readonly Request[] = [
  ["user", "GET", "aws-secrets/creds/user"],
  ["session", "GET", "aws-secrets/sts/session"],
  ["session", "POST", "aws-secrets/sts/session", { ttl: "20m", role_session_name: "job" }],
  ["federated", "GET", "aws-secrets/sts/federated"],
  ["federated", "POST", "aws-secrets/sts/federated", { ttl: "20m" }],
  ["whole", "GET", "aws-secrets/sts/whole"],
  ["whole", "POST", "aws-secrets/sts/whole", {}],
  ["manager", "LIST", "sys/leases/lookup/aws-secrets/creds/user"],
];

const refused: readonly Request[] = [
  ["user", "POST", "aws-secrets/creds/user", {}],
  ["user", "GET", "aws-secrets/sts/user"],
  ["user", "GET", "aws-secrets/creds/user-other"],
  ["user", "GET", "aws-secrets/roles/user"],
  ["user", "GET", "aws-secrets/config/root"],
  ["user", "GET", "aws-secrets/sts/session"],
  ["session", "GET", "aws-secrets/creds/session"],
  ["session", "GET", "aws-secrets/sts/federated"],
  ["session", "POST", "aws-secrets/config/rotate-root", {}],
  ["federated", "GET", "aws-secrets/sts/whole"],
  ["whole", "GET", "aws-secrets/sts/session"],
  ["renewer", "GET", "aws-secrets/creds/user"],
  ["renewer", "LIST", "sys/leases/lookup/aws-secrets/creds/user"],
  ["manager", "GET", "aws-secrets/creds/user"],
  ["manager", "LIST", "sys/leases/lookup/aws-secrets/creds/user-other"],
  ["elsewhere", "GET", "aws-elsewhere/creds/app"],
  ["elsewhere", "GET", "aws-elsewhere/sts/app-other"],
];

const titleOf = ([login, method, path]: Request) => `${login} ${method} ${path}`;

describeOnEachServer("AWS secrets", (product, lab) => {
  const reason = reasonAgainstMoto(testContext().env);
  const vault = () => lab.operator();
  const secrets: Record<string, string> = { aws_access_key: "AKIAUNKNOWN", aws_secret_key: "canary-unknown" };
  const parameters: AwsAccount = {
    endpoint: "http://127.0.0.1:1",
    region: "eu-central-1",
    usernameTemplate: template("v"),
    maxStsTtl: "1h",
    rotateRoot: false,
  };
  const trial = new Trial<AwsAccount>(lab, file, declare, parameters, secrets);

  if (product === "openbao") {
    afterAll(() => trial.cleanUp());

    it("are refused where the server has no such engine", async () => {
      await expect(trial.deploy()).rejects.toThrow(
        /OpenBao 2\.\d+ lacks the AWS secrets engine \(every Vault has it\)/,
      );
      await expect(vault().write("sys/mounts/aws-secrets", { type: "aws" })).rejects.toMatchObject({ status: 400 });
    });
    return;
  }
  if (reason !== undefined && testContext().env["CI"] !== "true") {
    it.skip(`are issued: ${reason}`, () => undefined);
    return;
  }

  let place: ThrowAway;
  let aws: TestAws;
  let first: { readonly accessKey: string; readonly secretKey: string };
  const tokens = new Map<string, string>();
  const read = async (path: string) => (await vault().read(`aws-secrets/${path}`, answer)).data;
  const issue = (path: string, body: Record<string, unknown> = {}): Promise<Issued> =>
    vault().ask(`aws-secrets/${path}`, body, issued);

  async function ask(...[login, method, path, body]: Request): Promise<number> {
    const token = tokens.get(login) ?? (await loginAs(lab, "aws-secrets", login));
    tokens.set(login, token);
    return statusOf(lab, token, method, path, body);
  }

  async function cleanUp(): Promise<void> {
    await vault().write("sys/leases/revoke-force/aws-secrets", {});
    for (const mount of ["aws-secrets", "aws-elsewhere"]) await vault().delete(`sys/mounts/${mount}`);
    for (const policy of await vault().list("sys/policies/acl")) {
      if (policy.startsWith("aws-secrets")) await vault().delete(`sys/policies/acl/${policy}`);
    }
    await trial.cleanUp();
  }

  beforeAll(async () => {
    place = await ThrowAway.open();
    aws = await TestAws.start(place);
    await cleanUp();
    first = await aws.makeUser("vault");
    Object.assign(secrets, { aws_access_key: first.accessKey, aws_secret_key: first.secretKey });
    await aws.iam("CreateGroup", { GroupName: "developers" });
    for (const name of ["reader", "boundary"]) {
      const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "*" }] };
      await aws.iam("CreatePolicy", { PolicyName: name, PolicyDocument: JSON.stringify(document) });
    }
    await aws.iam("CreateRole", { RoleName: "app", AssumeRolePolicyDocument: "{}" });
    await vault().write("sys/mounts/aws-elsewhere", { type: "aws" });
    trial.parameters = { ...parameters, endpoint: aws.endpoint };
    await vault().write("sys/policies/acl/aws-secrets-deployer", { policy: deployerPolicy(trial.environment).toHcl() });
    const token = z.object({ auth: z.object({ client_token: z.string() }) });
    const deployer = { policies: ["aws-secrets-deployer"], ttl: "30m" };
    trial.token = (await vault().ask("auth/token/create", deployer, token)).auth.client_token;
    await trial.deploy();
  });

  afterAll(async () => {
    await cleanUp();
    await place.close();
  });

  it("T14: are deployed by the deployer's own policy, with an empty second plan", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("have the root configuration as declared", async () => {
    expect(await read("config/root")).toMatchObject({
      access_key: first.accessKey,
      region: "eu-central-1",
      iam_endpoint: aws.endpoint,
      sts_endpoint: aws.endpoint,
      username_template: template("v"),
    });
    expect((await vault().read("sys/mounts/aws-secrets/tune", answer)).data).toMatchObject({
      default_lease_ttl: 900,
      max_lease_ttl: 3600,
    });
  });

  it("have the roles as declared", async () => {
    expect(await read("roles/user")).toMatchObject({
      credential_type: "iam_user",
      policy_document:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::home/${aws:username}/*"]}]}',
      policy_arns: [`arn:aws:iam::${account}:policy/reader`],
      iam_groups: ["developers"],
      iam_tags: { team: "shop" },
      permissions_boundary_arn: `arn:aws:iam::${account}:policy/boundary`,
      user_path: "/vault/",
    });
    expect(await read("roles/session")).toMatchObject({
      credential_type: "assumed_role",
      role_arns: [`arn:aws:iam::${account}:role/app`],
      session_tags: { team: "shop" },
      external_id: "company-vault",
      default_sts_ttl: 900,
      max_sts_ttl: 3600,
    });
    expect(await read("roles/federated")).toMatchObject({ credential_type: "federation_token", max_sts_ttl: 3600 });
    expect(await read("roles/whole")).toMatchObject({ credential_type: "session_token", policy_arns: null });
  });

  it("make a user with what the role says, who ends with the lease", async () => {
    const user = await vault().read("aws-secrets/creds/user", issued);
    expect(user).toMatchObject({ lease_duration: 900, renewable: true });
    const names = (await aws.users()).filter((name) => name !== "vault");
    expect(names).toEqual([expect.stringMatching(/^v-\w{20}$/)]);
    const [name = ""] = names;
    expect(await aws.callerOf(user.data.access_key)).toBe(`arn:aws:iam::${account}:user/vault/${name}`);
    const its = { UserName: name };
    expect(elements(await aws.iam("ListGroupsForUser", its), "GroupName")).toEqual(["developers"]);
    expect(elements(await aws.iam("ListAttachedUserPolicies", its), "PolicyName")).toEqual(["reader"]);
    expect(elements(await aws.iam("ListUserPolicies", its), "member")).toEqual(["user"]);
    expect(elements(await aws.iam("ListUserTags", its), "Value")).toEqual(["shop"]);
    await vault().revokeLease(user.lease_id);
    expect(await aws.users()).toEqual(["vault"]);
  });

  it("issue sessions of a role, as long as is asked for and never longer than the role says", async () => {
    const session = await issue("sts/session", { ttl: "30m", role_session_name: "job" });
    expect(session.data.arn).toBe(`arn:aws:sts::${account}:assumed-role/app/job`);
    expect(await aws.callerOf(session.data.access_key)).toBe(session.data.arn);
    expect(session.renewable).toBe(false);
    expect(Math.abs(session.lease_duration - 1800)).toBeLessThan(30);
    const longer = await issue("sts/session", { ttl: "10h" });
    expect(Math.abs(longer.lease_duration - 3600)).toBeLessThan(30);
    await expect(issue("sts/session", { role_arn: `arn:aws:iam::${account}:role/other` })).rejects.toThrow(
      /not in allowed role arns/,
    );
  });

  it("issue sessions of Vault's own user, with the TTL of the role", async () => {
    for (const role of ["federated", "whole"]) {
      const session = await vault().read(`aws-secrets/sts/${role}`, issued);
      expect(session.data.session_token).toBeTruthy();
      expect(Math.abs(session.lease_duration - 900)).toBeLessThan(30);
    }
  });

  for (const request of allowed) {
    it(`allow ${titleOf(request)}`, async () => {
      expect(await ask(...request)).toBe(200);
    });
  }

  for (const request of refused) {
    it(`refuse ${titleOf(request)}`, async () => {
      expect(await ask(...request)).toBe(403);
    });
  }

  it("leave no user of the logins that asked, once their leases end", async () => {
    await vault().revokePrefix("aws-secrets/creds");
    expect(await aws.users()).toEqual(["vault"]);
  });

  it("let a mount that is managed elsewhere be asked, which AWS is then asked by", async () => {
    await vault().write("aws-elsewhere/config/root", {
      access_key: "AKIAUNKNOWN",
      secret_key: "unknown",
      region: "us-east-1",
      sts_endpoint: "http://127.0.0.1:1",
      max_retries: 0,
    });
    await vault().write("aws-elsewhere/roles/app", {
      credential_type: "assumed_role",
      role_arns: [`arn:aws:iam::${account}:role/app`],
    });
    expect(await ask("elsewhere", "GET", "aws-elsewhere/sts/app")).toBe(400);
  });

  it("let leases of the role be renewed and ended, and no others", async () => {
    const [mine, neighbours] = [await issue("creds/user"), await issue("creds/user-other")];
    const renew = (login: string, { lease_id }: Issued) =>
      ask(login, "POST", `sys/leases/renew/${lease_id}`, { increment: 600 });
    expect([await renew("renewer", mine), await renew("renewer", neighbours)]).toEqual([200, 403]);
    const end = ({ lease_id }: Issued) => ask("manager", "POST", `sys/leases/revoke/${lease_id}`, { sync: true });
    expect([await end(mine), await end(neighbours)]).toEqual([204, 403]);
    await vault().revokeLease(neighbours.lease_id);
  });

  it("T15: keep the secret key in the state only where the provider has no other way", () => {
    const writeOnly = ProviderFeatures.of(readParts().provider.constraint).has("awsSecretKeyWriteOnly");
    const state = readFileSync(`${trial.folder}/terraform.tfstate`, "utf8");
    expect(state.includes(first.secretKey)).toBe(!writeOnly);
    const stack = readFileSync(`${trial.folder}/cdktf.out/stacks/aws-secrets/cdk.tf.json`, "utf8");
    expect(stack).not.toContain(first.secretKey);
    expect(stack).not.toContain(first.accessKey);
  });

  it("take a changed template, region and TTL, and then have an empty plan", async () => {
    const output = await trial.deploy({ region: "eu-west-1", usernameTemplate: template("w"), maxStsTtl: "2h" });
    expect(output).not.toContain(first.secretKey);
    expect(await read("config/root")).toMatchObject({ region: "eu-west-1", username_template: template("w") });
    expect(await read("roles/session")).toMatchObject({ max_sts_ttl: 7200 });
    expect((await trial.plan()).code).toBe(0);
    const user = await issue("creds/user");
    expect((await aws.users()).filter((name) => name !== "vault")).toEqual([expect.stringMatching(/^w-/)]);
    await vault().revokeLease(user.lease_id);
  });

  it("T16: replace the key by one that Vault alone knows, which every later change leaves alone", async () => {
    await vault().write("sys/policies/acl/aws-secrets-deployer", {
      policy: deployerPolicy({ ...trial.environment, engines: [{ ...engineOf(trial), rotateRoot: true }] }).toHcl(),
    });
    await trial.deploy({ rotateRoot: true });
    const [rotated, ...more] = await aws.keysOf("vault");
    expect([rotated === first.accessKey, more]).toEqual([false, []]);
    expect((await read("config/root"))["access_key"]).toBe(rotated);
    expect((await trial.plan()).code).toBe(0);

    await trial.deploy({ region: "eu-central-1", usernameTemplate: template("x"), change: { maxLeaseTtl: "2h" } });
    expect(await aws.keysOf("vault")).toEqual([rotated]);
    expect(await read("config/root")).toMatchObject({
      access_key: rotated,
      region: "eu-central-1",
      iam_endpoint: aws.endpoint,
      username_template: template("x"),
    });
    expect((await trial.plan()).code).toBe(0);
    expect(await aws.callerOf(rotated ?? "")).toBe(`arn:aws:iam::${account}:user/vault`);
    const user = await issue("creds/user");
    await vault().revokeLease(user.lease_id);
    expect(await aws.users()).toEqual(["vault"]);
  });

  it("T18: end with the mount, users and all", async () => {
    for (let at = 0; at < 3; at++) await issue("creds/user");
    expect(await aws.users()).toHaveLength(4);
    await trial.destroy();
    expect(await vault().exists("sys/mounts/aws-secrets")).toBe(false);
    expect(await aws.users()).toEqual(["vault"]);
    const left = await vault().list("sys/policies/acl");
    expect(left.filter((name) => name.startsWith("aws-secrets") && name !== "aws-secrets-deployer")).toEqual([]);
  });
});

function engineOf({ environment }: Trial<AwsAccount>) {
  const [engine] = environment.engines;
  if (engine?.type !== "aws") throw new Error("the trial declares no AWS engine");
  return engine;
}
