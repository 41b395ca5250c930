import type { TerraformStack } from "cdktf";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { destroySecretId, issueUnwrapped, issueWrapped, listSecretIds } from "../../cli/auth/secret-ids";
import { approleCommand } from "../../cli/commands/approle";
import { VaultRefusal } from "../../cli/vault-client";
import type { Duration } from "../../constructs/core/duration";
import { AppRoleAuth } from "../../constructs/auth/approle-auth";
import { testCommand } from "../cli/in-process";
import { ConstructTrial } from "./construct-trial";
import { testContext } from "./parts";
import { describeOnEachServer } from "./rig";

const path = "approle-trial";
const secretIdAnswer = z.object({ data: z.object({ secret_id: z.string() }) });
const issuedJson = z.object({
  roleId: z.string(),
  wrapped: z.object({ token: z.string(), expires: z.number(), creationPath: z.string() }),
});

/** What is refused, whoever asks. */
const refused = (status: number) => expect.objectContaining({ status }) as unknown;

interface Parameters {
  readonly tokenTtl: Duration;
}

function declare(stack: TerraformStack, { tokenTtl }: Parameters): void {
  const auth = new AppRoleAuth(stack, "Logins", {
    path,
    tuning: { defaultLeaseTtl: "1h", maxLeaseTtl: "24h", tokenType: "service" },
  });
  const reader = auth.addRole("Reader", {
    tokenTtl,
    secretIdUses: 2,
    secretIdTtl: "10m",
    tokenCidrs: ["127.0.0.1/32"],
  });
  reader.grantPolicy.addRule({ path: "sys/host-info", capabilities: ["read"], reason: "For the test" });
  auth.addRole("elsewhere", { secretIdCidrs: ["192.0.2.0/24"] });
  auth.addRole("stranger", { tokenCidrs: ["192.0.2.7/32"] });
  auth.addRole("fixed", { bindSecretId: false, secretIdCidrs: ["127.0.0.0/8"], roleId: "approle-trial-fixed" });
}

describeOnEachServer("AppRole", (_, lab) => {
  const trial = new ConstructTrial<Parameters>(lab, { name: "approle-trial", declare, parameters: { tokenTtl: "5m" } });
  const vault = () => lab.operator();
  const reader = { path, role: "reader" };
  const unwrap = (token: string) => vault().unwrap(token, secretIdAnswer);

  beforeAll(async () => {
    trial.forget();
    await vault().delete(`sys/auth/${path}`);
    await trial.deploy();
  });

  afterAll(async () => {
    await vault().delete(`sys/auth/${path}`);
    await vault().delete(`sys/policies/acl/${path}-reader`);
    trial.forget();
  });

  it("has an empty second plan, also after a change", async () => {
    expect((await trial.plan()).code).toBe(0);
    await trial.deploy({ tokenTtl: "10m" });
    expect((await trial.plan()).code).toBe(0);
  });

  it("logs in by RoleID and SecretID, and gets what was granted and nothing beside it", async () => {
    const roleId = await vault().readRoleId(path, "reader");
    const { secretId } = await issueUnwrapped(vault(), reader, {});
    const token = await vault().loginByAppRole(path, roleId, secretId);
    const answer = z.object({
      data: z.object({ "sys/host-info": z.array(z.string()), "sys/host-infos": z.array(z.string()) }),
    });
    const body = { token, paths: ["sys/host-info", "sys/host-infos"] };
    expect((await vault().ask("sys/capabilities", body, answer)).data).toMatchObject({
      "sys/host-info": ["read"],
      "sys/host-infos": ["deny"],
    });
    const self = z.object({ data: z.object({ ttl: z.number(), policies: z.array(z.string()) }) });
    const { data } = await vault().withToken(token).read("auth/token/lookup-self", self);
    expect(data.ttl).toBeGreaterThan(590);
    expect(data.ttl).toBeLessThanOrEqual(600);
    expect(data.policies).toEqual([`${path}-reader`, "default"]);
  });

  it("T39: a SecretID is refused beyond its uses", async () => {
    const roleId = await vault().readRoleId(path, "reader");
    const { secretId } = await issueUnwrapped(vault(), reader, {});
    await vault().loginByAppRole(path, roleId, secretId);
    await vault().loginByAppRole(path, roleId, secretId);
    await expect(vault().loginByAppRole(path, roleId, secretId)).rejects.toEqual(refused(400));
  });

  it("T39: a login from another network than the role's or the SecretID's is refused", async () => {
    const elsewhere = await vault().readRoleId(path, "elsewhere");
    const { secretId } = await issueUnwrapped(vault(), { path, role: "elsewhere" }, {});
    await expect(vault().loginByAppRole(path, elsewhere, secretId)).rejects.toThrow(
      /unauthorized by CIDR restrictions on the role/,
    );

    const roleId = await vault().readRoleId(path, "reader");
    const bound = await issueUnwrapped(vault(), reader, { cidrs: ["192.0.2.0/24"] });
    await expect(vault().loginByAppRole(path, roleId, bound.secretId)).rejects.toThrow(
      /CIDR restrictions on the secret ID/,
    );
    const here = await issueUnwrapped(vault(), reader, { cidrs: ["127.0.0.1/32"] });
    await expect(vault().loginByAppRole(path, roleId, here.secretId)).resolves.toBeDefined();
  });

  it("T39: a token that is bound to another network opens nothing", async () => {
    const roleId = await vault().readRoleId(path, "stranger");
    const { secretId } = await issueUnwrapped(vault(), { path, role: "stranger" }, {});
    await expect(
      vault()
        .loginByAppRole(path, roleId, secretId)
        .then((token) => vault().withToken(token).read("auth/token/lookup-self", z.unknown())),
    ).rejects.toEqual(refused(403));
  });

  it("T39: a wrapped SecretID can be unwrapped once", async () => {
    const wrapped = await issueWrapped(vault(), reader, {}, 60);
    expect(wrapped.creationPath).toBe(`auth/${path}/role/reader/secret-id`);
    expect(wrapped.expires - Date.now()).toBeGreaterThan(50_000);
    const { data } = await unwrap(wrapped.token);
    const roleId = await vault().readRoleId(path, "reader");
    await expect(vault().loginByAppRole(path, roleId, data.secret_id)).resolves.toBeDefined();
    await expect(unwrap(wrapped.token)).rejects.toEqual(refused(400));
  });

  it("logs in without a SecretID, by its fixed RoleID, where the network is bound", async () => {
    await expect(vault().loginByAppRole(path, "approle-trial-fixed", "")).resolves.toBeDefined();
    await expect(issueUnwrapped(vault(), { path, role: "fixed" }, {})).rejects.toThrow(/bind_secret_id is not set/);
  });

  it("lists SecretIDs with their limits, and ends one", async () => {
    const before = await listSecretIds(vault(), reader);
    const limits = { ttl: 120, uses: 1, cidrs: ["127.0.0.0/8"], metadata: { build: "17" } };
    const { accessor, secretId } = await issueUnwrapped(vault(), reader, limits);
    const [listed, ...others] = (await listSecretIds(vault(), reader)).filter(
      (each) => !before.some((old) => old.accessor === each.accessor),
    );
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ accessor, usesLeft: 1, cidrs: ["127.0.0.0/8"], metadata: { build: "17" } });
    expect((listed?.expires ?? 0) - (listed?.created ?? 0)).toBe(120_000);

    await destroySecretId(vault(), reader, accessor);
    const roleId = await vault().readRoleId(path, "reader");
    await expect(vault().loginByAppRole(path, roleId, secretId)).rejects.toEqual(refused(400));
    expect((await listSecretIds(vault(), reader)).map((each) => each.accessor)).not.toContain(accessor);
    await expect(destroySecretId(vault(), reader, accessor)).rejects.toBeInstanceOf(VaultRefusal);
  });

  it("refuses a SecretID that would outlast its role's limits", async () => {
    await expect(issueUnwrapped(vault(), reader, { uses: 3 })).rejects.toThrow(/num_uses cannot be higher/);
    await expect(issueUnwrapped(vault(), reader, { ttl: 3600 })).rejects.toThrow(/ttl cannot be longer/);
  });

  describe("leasehold approle", () => {
    let folder: string;
    let file: string;
    const approle = testCommand(approleCommand);
    const command = async (...args: string[]) => {
      const env = { ...testContext().env, VAULT_TOKEN: lab.rootToken() };
      return JSON.parse(await approle([...args, "--json"], env)) as unknown;
    };

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "leasehold-approle-"));
      file = join(folder, "declared.ts");
      const environment = {
        name: "trial",
        vault: { address: `http://127.0.0.1:${lab.record().vaultPort}` },
        state: { backend: "local" },
        mounts: [],
        databases: [],
        auth: [{ method: "approle", path, roles: [{ name: "Reader" }] }],
        policies: [],
      };
      writeFileSync(file, `export const trial = ${JSON.stringify(environment)};`);
    });

    afterAll(() => rmSync(folder, { recursive: true }));

    it("secret-id gives a wrapped SecretID that logs in, with its RoleID", async () => {
      const issued = issuedJson.parse(
        await command("secret-id", file, "reader", "--uses", "1", "--metadata", "build=17"),
      );
      expect(issued.wrapped.creationPath).toBe(`auth/${path}/role/reader/secret-id`);
      expect(issued.wrapped.expires - Date.now()).toBeGreaterThan(240_000);
      const { data } = await unwrap(issued.wrapped.token);
      await expect(vault().loginByAppRole(path, issued.roleId, data.secret_id)).resolves.toBeDefined();
      await expect(vault().loginByAppRole(path, issued.roleId, data.secret_id)).rejects.toEqual(refused(400));
    });

    it("secret-id gives the SecretID itself only when asked, with a warning", async () => {
      const issued = z
        .object({ secretId: z.string(), warning: z.string(), roleId: z.string(), accessor: z.string() })
        .parse(await command("secret-id", file, "reader", "--unwrapped"));
      expect(issued.warning).toContain("whether somebody else has read this SecretID");
      await expect(vault().loginByAppRole(path, issued.roleId, issued.secretId)).resolves.toBeDefined();
      await expect(command("secret-ids", file, "reader")).resolves.toContainEqual(
        expect.objectContaining({ accessor: issued.accessor, usesLeft: 1 }),
      );
      await expect(command("secret-ids", file, "reader", "--destroy", issued.accessor)).resolves.toEqual({
        destroyed: issued.accessor,
      });
      await expect(vault().loginByAppRole(path, issued.roleId, issued.secretId)).rejects.toEqual(refused(400));
    });
  });

  it("is destroyed clean", async () => {
    await trial.destroy();
    expect(await vault().list("sys/policies/acl")).not.toContain(`${path}-reader`);
    expect(await vault().exists(`sys/auth/${path}`)).toBe(false);
  });
});
