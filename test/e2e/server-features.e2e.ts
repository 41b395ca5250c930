import { z } from "zod";
import { customEngines, pluginPrefix } from "../../constructs/database/custom-engines";
import { ServerFeatures, type ServerFeature, serverFeatures, serverOf } from "../../constructs/core/server-features";
import { describeOnEachServer } from "./rig";

const catalogue = z.object({
  data: z.object({ auth: z.array(z.string()), database: z.array(z.string()), secret: z.array(z.string()) }),
});
const name = "server-features";

/** Whether the matrix is true, for what a server can be asked without deploying it. */
describeOnEachServer("the matrix of server features", (product, lab) => {
  const vault = () => lab.operator();
  const features = () => ServerFeatures.of(serverOf(product, lab.record().version));
  const accepts = (write: Promise<unknown>) =>
    write.then(
      () => true,
      () => false,
    );

  afterAll(async () => {
    await vault().delete(`sys/policies/acl/${name}`);
    for (const path of [`sys/namespaces/${name}`, `sys/audit/${name}`]) {
      await vault()
        .delete(path)
        .catch(() => undefined); // made by one of the two alone
    }
  });

  it("names the auth methods that are built in", async () => {
    const { auth } = (await vault().read("sys/plugins/catalog", catalogue)).data;
    const logins = { aws: "awsLogin", github: "gitHubLogin", ldap: "ldapLogin" } as const;
    for (const [method, feature] of Object.entries(logins)) {
      expect([method, auth.includes(method)]).toEqual([method, features().has(feature)]);
    }
    expect(auth).toEqual(expect.arrayContaining(["approle", "jwt", "kubernetes", "oidc", "userpass"]));
  });

  it("names the secrets engines that are built in", async () => {
    const { secret } = (await vault().read("sys/plugins/catalog", catalogue)).data;
    expect(secret.includes("aws")).toBe(features().has("awsSecrets"));
    expect(secret).toEqual(expect.arrayContaining(["kv", "pki", "transit"]));
  });

  it("names the database plug-ins that are built in", async () => {
    const { database } = (await vault().read("sys/plugins/catalog", catalogue)).data;
    const engines = ["mongodb", ...Object.keys(customEngines)].filter((engine) => engine !== "oracle"); // never built in
    for (const engine of engines) {
      const block = engine.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
      const feature = serverFeatures.find((each): each is ServerFeature => each === `${block}Plugin`);
      const promised = feature === undefined || features().has(feature);
      expect([engine, database.includes(`${pluginPrefix(engine)}-database-plugin`)]).toEqual([engine, promised]);
    }
  });

  it.each(["subscribe", "recover"] as const)("knows whether policies may have %s", async (capability) => {
    const policy = `path "a" { capabilities = ["${capability}"] }`;
    expect(await accepts(vault().write(`sys/policies/acl/${name}`, { policy }))).toBe(
      features().has(`${capability}Capability`),
    );
  });

  it("knows whether there are namespaces", async () => {
    expect(await accepts(vault().write(`sys/namespaces/${name}`, {}))).toBe(features().has("namespaces"));
  });

  it("knows whether the API makes audit devices", async () => {
    const device = { type: "file", options: { file_path: "discard" } };
    expect(await accepts(vault().write(`sys/audit/${name}`, device))).toBe(features().has("auditDevicesByApi"));
  });
});
