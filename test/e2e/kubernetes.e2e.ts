import type { TerraformStack } from "cdktf";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { onPath } from "../../cli/parts/executables";
import { hasKubeApiserver } from "../../cli/parts/kube-apiserver";
import { KubernetesApi } from "../../cli/servers/kubernetes-api";
import { ThrowAway } from "../../cli/servers/throw-away";
import { KubernetesAuth } from "../../constructs/auth/kubernetes-auth";
import { KubernetesReviewer } from "../../constructs/auth/kubernetes-reviewer";
import type { KubernetesRoleOptions } from "../../constructs/auth/kubernetes-role";
import { ProviderFeatures } from "../../constructs/core/provider-features";
import { SecretInput } from "../../constructs/core/secret-input";
import { TestAuthority } from "./certificates";
import { ConstructTrial } from "./construct-trial";
import { TestCluster } from "./kubernetes-cluster";
import { readParts, testContext } from "./parts";
import { canMount, vaultInPod } from "./pod";
import { describeOnEachServer } from "./rig";

const loginAnswer = z.object({
  auth: z.object({ client_token: z.string(), token_policies: z.array(z.string()), entity_id: z.string() }),
});
const configAnswer = z.object({ data: z.record(z.string(), z.unknown()) });
const capabilitiesAnswer = z.object({ data: z.record(z.string(), z.unknown()) });
const entityAnswer = z.object({ data: z.object({ aliases: z.array(z.object({ name: z.string() })) }) });

const mount = "kubernetes-trial";
const app = { namespace: "shop", name: "app" };
const stranger = { namespace: "shop", name: "stranger" };
const namesake = { namespace: "elsewhere", name: "app" };
const reviewer = { namespace: "vault", name: "reviewer" };

interface Parameters {
  readonly host: string;
  readonly certificateAuthority: string;
  readonly reviewer: "token" | "client" | "inCluster";
  readonly role: Partial<KubernetesRoleOptions>;
}

function declare(stack: TerraformStack, { host, certificateAuthority, role, ...parameters }: Parameters): void {
  const reviewers = {
    token: KubernetesReviewer.token(SecretInput.variable("reviewer_token"), {
      reason: "This Vault runs outside of the cluster",
    }),
    client: KubernetesReviewer.client(),
    inCluster: KubernetesReviewer.inCluster(),
  };
  const auth = new KubernetesAuth(stack, "Kubernetes", {
    path: mount,
    host,
    certificateAuthority,
    reviewer: reviewers[parameters.reviewer],
  });
  const shop = auth.addRole("Shop", {
    audience: "vault",
    serviceAccounts: ["app"],
    namespaces: ["shop"],
    ...role,
  });
  shop.grantPolicy.addRule({ path: "database/creds/shop", capabilities: ["read"], reason: "For tests" });
}

const { env } = testContext();
const wanted = env["CI"] === "true" || env["LEASEHOLD_E2E_KUBERNETES"] === "1";
const isThere = hasKubeApiserver(env) && onPath(env, "etcd") !== undefined;

if (!wanted && !isThere) {
  const remedy = "LEASEHOLD_E2E_KUBERNETES=1 builds the API server, in minutes; etcd is Debian's etcd-server";
  it.skip(`Kubernetes: there is no API server or no etcd (${remedy})`, () => undefined);
} else {
  describeOnEachServer("Kubernetes", (product, lab) => {
    const secrets: Record<string, string> = {};
    let place: ThrowAway;
    let authority: TestAuthority;
    let cluster: TestCluster;
    let trial: ConstructTrial<Parameters>;
    const vault = () => lab.operator();

    async function cleanUp(): Promise<void> {
      await vault().delete(`sys/auth/${mount}`);
      await vault().delete(`sys/policies/acl/${mount}-shop`);
      trial.forget();
    }

    const logIn = (jwt: string) =>
      vault()
        .ask(`auth/${mount}/login`, { role: "shop", jwt }, loginAnswer)
        .then(({ auth }) => auth);

    // A first build of the API server takes minutes.
    beforeAll(async () => {
      place = await ThrowAway.open();
      authority = await TestAuthority.make(vault(), "kubernetes-pki");
      cluster = await TestCluster.start(place, authority);
      for (const account of [app, stranger, namesake, reviewer]) await cluster.createAccount(account);
      await cluster.allowReviews(reviewer);
      secrets["reviewer_token"] = await cluster.tokenOf(reviewer, KubernetesApi.issuer);
      trial = new ConstructTrial<Parameters>(lab, {
        name: "kubernetes",
        declare,
        parameters: { host: cluster.api.url, certificateAuthority: authority.pem, reviewer: "token", role: {} },
        secrets,
      });
      await cleanUp();
    }, 30 * 60_000);

    afterAll(async () => {
      await cleanUp();
      await authority.remove();
      await place.close();
    });

    describe("with a reviewer's token", () => {
      beforeAll(() => trial.deploy());

      it("T14: has an empty second plan, and is configured as declared", async () => {
        expect((await trial.plan()).code).toBe(0);
        const config = await vault().read(`auth/${mount}/config`, configAnswer);
        expect(config.data).toMatchObject({
          kubernetes_host: cluster.api.url,
          kubernetes_ca_cert: authority.pem,
          disable_local_ca_jwt: true,
          disable_iss_validation: true,
          issuer: "",
        });
        const role = await vault().read(`auth/${mount}/role/shop`, configAnswer);
        expect(role.data).toMatchObject({
          audience: "vault",
          bound_service_account_names: ["app"],
          bound_service_account_namespaces: ["shop"],
          alias_name_source: "serviceaccount_uid",
          token_policies: [`${mount}-shop`],
          token_ttl: 1200,
          token_max_ttl: 86_400,
        });
      });

      it("T15: keeps the reviewer's token in the state only where the provider has no other way", async () => {
        const writeOnly = ProviderFeatures.of(readParts().provider.constraint).has("kubernetesReviewerTokenWriteOnly");
        expect(trial.state.includes(secrets["reviewer_token"] ?? "none")).toBe(!writeOnly);
        const config = await vault().read(`auth/${mount}/config`, configAnswer);
        expect(JSON.stringify(config)).not.toContain(secrets["reviewer_token"]);
      });

      it("lets the account in, with exactly what was granted", async () => {
        const { client_token, token_policies } = await logIn(await cluster.tokenOf(app, "vault"));
        expect(token_policies).toEqual(["default", `${mount}-shop`]);
        const paths = ["database/creds/shop", "database/creds/shop2", "database/creds/", "database/config/shop"];
        const login = vault().withToken(client_token);
        const { data } = await login.ask("sys/capabilities-self", { paths }, capabilitiesAnswer);
        expect(paths.map((path) => data[path])).toEqual([["read"], ["deny"], ["deny"], ["deny"]]);
      });

      it("takes an account for one entity, by its UID", async () => {
        const { entity_id } = await logIn(await cluster.tokenOf(app, "vault"));
        expect((await logIn(await cluster.tokenOf(app, "vault"))).entity_id).toBe(entity_id);
        const { data } = await vault().read(`identity/entity/id/${entity_id}`, entityAnswer);
        expect(data.aliases).toEqual([
          expect.objectContaining({ name: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown }),
        ]);
      });

      it("refuses another account of the namespace", async () => {
        await expect(logIn(await cluster.tokenOf(stranger, "vault"))).rejects.toThrow(/name not authorized/);
      });

      it("refuses an account of the same name in another namespace", async () => {
        await expect(logIn(await cluster.tokenOf(namesake, "vault"))).rejects.toThrow(/namespace not authorized/);
      });

      it.each([[KubernetesApi.issuer], ["vault2"]])("refuses a token for the audience %s", async (audience) => {
        await expect(logIn(await cluster.tokenOf(app, audience))).rejects.toThrow(/invalid audience|audience claim/);
      });

      it("refuses a token that has ended, and takes its like that has not", async () => {
        await logIn(await cluster.signedTokenOf(app, "vault", 600));
        await expect(logIn(await cluster.signedTokenOf(app, "vault", -600))).rejects.toMatchObject({ status: 403 });
      });

      it("refuses a token that somebody else signed", async () => {
        const [head, claims, signature = ""] = (await cluster.tokenOf(app, "vault")).split(".");
        const forged = [head, claims, signature.split("").reverse().join("")].join(".");
        await expect(logIn(forged)).rejects.toThrow(/permission denied/);
      });

      it("names aliases by account where that was said", async () => {
        await trial.deploy({ role: { aliasNameSource: "serviceaccount_name" } });
        const { entity_id } = await logIn(await cluster.tokenOf(app, "vault"));
        const { data } = await vault().read(`identity/entity/id/${entity_id}`, entityAnswer);
        expect(data.aliases).toContainEqual(expect.objectContaining({ name: "shop/app" }));
      });

      it("lets all accounts of a namespace in where that was acknowledged, and none of another", async () => {
        await trial.deploy({
          role: { serviceAccounts: ["*"], wildcardReason: "Only the shop's own team writes to its namespace" },
        });
        expect((await trial.plan()).code).toBe(0);
        await logIn(await cluster.tokenOf(stranger, "vault"));
        await expect(logIn(await cluster.tokenOf(namesake, "vault"))).rejects.toThrow(/namespace not authorized/);
        await trial.deploy({ role: {} });
      });

      it("refuses everybody when the reviewer was deleted", async () => {
        const jwt = await cluster.tokenOf(app, "vault");
        await logIn(jwt);
        await cluster.deleteAccount(reviewer);
        // The API server takes a token that it knows for good for 10 s more.
        const end = Date.now() + 30_000;
        const isLetIn = () =>
          logIn(jwt).then(
            () => true,
            () => false,
          );
        while (Date.now() < end && (await isLetIn())) await sleep(500);
        await expect(logIn(jwt)).rejects.toThrow(/permission denied/);
      });
    });

    describe("with the login's own token", () => {
      const both = ["vault", KubernetesApi.issuer];

      beforeAll(() => trial.deploy({ reviewer: "client" }));

      it("refuses an account that may not review", async () => {
        await expect(logIn(await cluster.tokenOf(app, ...both))).rejects.toThrow(/permission denied/);
      });

      it("lets it in when it may, with a token that is for the API server too", async () => {
        await cluster.allowReviews(app);
        expect((await logIn(await cluster.tokenOf(app, ...both))).token_policies).toContain(`${mount}-shop`);
        await expect(logIn(await cluster.tokenOf(app, "vault"))).rejects.toThrow(/permission denied/);
      });

      it("T14: has an empty second plan, and the reviewer's token is gone", async () => {
        expect((await trial.plan()).code).toBe(0);
        expect(trial.state).not.toContain(secrets["reviewer_token"]);
      });
    });

    it("T14: is configured for Vault's own account in the cluster, with an empty second plan", async () => {
      await trial.deploy({ reviewer: "inCluster" });
      expect((await trial.plan()).code).toBe(0);
      const { data } = await vault().read(`auth/${mount}/config`, configAnswer);
      expect(data).toMatchObject({ disable_local_ca_jwt: false, kubernetes_ca_cert: authority.pem });
    });

    (canMount() ? it : it.skip)(
      "has Vault's own account review where Vault runs in a pod (as root alone)",
      async () => {
        const own = { namespace: "vault", name: "vault" };
        await cluster.createAccount(own);
        await cluster.allowReviews(own);
        const { client, folder } = await vaultInPod(place, product, {
          token: await cluster.tokenOf(own, KubernetesApi.issuer),
          "ca.crt": authority.pem,
        });
        const config = await vault().read(`auth/${mount}/config`, configAnswer);
        const role = await vault().read(`auth/${mount}/role/shop`, configAnswer);
        const jwt = await cluster.tokenOf(app, "vault");
        // A mount that is new has read nothing of the pod yet.
        const logInAtNewMount = async () => {
          await client.delete(`sys/auth/${mount}`);
          await client.write(`sys/auth/${mount}`, { type: "kubernetes" });
          await client.write(`auth/${mount}/config`, { ...config.data, kubernetes_ca_cert: "" });
          await client.write(`auth/${mount}/role/shop`, role.data);
          return client.ask(`auth/${mount}/login`, { role: "shop", jwt }, loginAnswer);
        };
        expect((await logInAtNewMount()).auth.token_policies).toEqual(["default", `${mount}-shop`]);
        // Without it the login would have to ask itself: the API server takes no request from a token that is for Vault alone.
        rmSync(join(folder, "token"));
        await expect(logInAtNewMount()).rejects.toThrow(/permission denied/);
      },
    );

    it("leaves nothing behind", async () => {
      await trial.destroy();
      expect(await vault().exists(`sys/auth/${mount}`)).toBe(false);
      expect(await vault().list("sys/policies/acl")).not.toContain(`${mount}-shop`);
    });
  });
}
