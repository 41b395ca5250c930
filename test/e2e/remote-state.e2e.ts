import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type HostEnvironment, loadEnvironment } from "../../environments/load";
import { deployerPolicy } from "../../environments/subjects/deployer-policy";
import { Deployment, describeOnEachServer } from "./rig";

/** Terraform logs in as the AppRole of CI with the policy that is written for the environment, and keeps its state in PostgreSQL. */
describeOnEachServer("an environment, deployed by an AppRole with its state in PostgreSQL,", (product, lab) => {
  // People log in to staging by the directory, for which OpenBao has no method.
  const environment = product === "vault" ? "staging" : "dev";
  const deployment = new Deployment(lab, environment, {
    login: "approle",
    state: { backend: "pg", schemaName: "leasehold" },
  });
  const stateDatabase = "terraform_state";
  const operator = () => lab.operator();

  /** As CI has it: no token, but a RoleID and a SecretID. */
  const ciEnvironment = async (): Promise<HostEnvironment> => {
    const { postgresPort } = lab.record();
    const env = await deployment.env({
      vault_role_id: await operator().readRoleId("deployer", "ci"),
      vault_secret_id: await operator().issueSecretId("deployer", "ci"),
    });
    const { postgresSuperuserPassword: password } = JSON.parse(readFileSync(lab.folder.at("keys.json"), "utf8")) as {
      postgresSuperuserPassword: string;
    };
    return {
      ...env,
      VAULT_TOKEN: undefined,
      PG_CONN_STR: `postgres://postgres:${password}@127.0.0.1:${postgresPort}/${stateDatabase}?sslmode=disable`,
    };
  };

  beforeAll(async () => {
    await deployment.bootstrap();
    await lab.postgres().asSuperuser("postgres", (client) => client.query(`CREATE DATABASE ${stateDatabase}`));
    const policy = deployerPolicy(loadEnvironment(environment, {}));
    await operator().write("sys/policies/acl/deployer", { policy: policy.toHcl() });
    await operator().write("sys/auth/deployer", { type: "approle" });
    await operator().write("auth/deployer/role/ci", {
      token_policies: "deployer",
      token_ttl: "10m",
      secret_id_num_uses: 20,
    });
  });

  afterAll(async () => {
    await lab
      .postgres()
      .asSuperuser("postgres", (client) => client.query(`DROP DATABASE ${stateDatabase} WITH (FORCE)`));
    await operator().delete("sys/auth/deployer");
    await operator().delete("sys/policies/acl/deployer");
    await deployment.cleanUp();
  });

  it("deploys, plans empty, and issues", async () => {
    const env = await ciEnvironment();
    await deployment.deploy(env);
    expect((await deployment.plan(env)).code).toBe(0);

    const [state] = await lab.postgres().asSuperuser(stateDatabase, async (client) => {
      return (await client.query<{ name: string; data: string }>("SELECT name, data FROM leasehold.states")).rows;
    });
    expect(state?.name).toBe("default");
    expect(state?.data).toContain("vault_database_secret_backend_role");

    const user = await operator().issueCredentials("database", "app-readonly");
    await deployment.as(user, async (client) => {
      expect((await client.query("SELECT label FROM items")).rows).toEqual([{ label: "one" }]);
    });
    await operator().revokeLease(user.leaseId);
  });

  it("keeps RoleID, SecretID and the state's password out of the synthesised stack", async () => {
    const env = await ciEnvironment();
    const stack = readFileSync(join(deployment.stack, "cdk.tf.json"), "utf8");
    for (const secret of [env["TF_VAR_vault_role_id"], env["TF_VAR_vault_secret_id"], env["PG_CONN_STR"]]) {
      expect(secret).toBeTruthy();
      expect(stack).not.toContain(secret);
    }
    expect(JSON.parse(stack)).toMatchObject({
      variable: {
        vault_secret_id: { ephemeral: true, sensitive: true },
        vault_role_id: { ephemeral: true, sensitive: true },
      },
      terraform: { backend: { pg: { schema_name: "leasehold" } } },
    });
  });

  it("has no right to the credentials that it declares", async () => {
    const token = await operator().loginByAppRole(
      "deployer",
      await operator().readRoleId("deployer", "ci"),
      await operator().issueSecretId("deployer", "ci"),
    );
    const deployer = operator().withToken(token);
    await expect(deployer.issueCredentials("database", "app-readonly")).rejects.toMatchObject({ status: 403 });
    await expect(deployer.issueSecretId("approle", "ci")).rejects.toMatchObject({ status: 403 });
    await expect(deployer.write("sys/mounts/other", { type: "kv" })).rejects.toMatchObject({ status: 403 });
  });

  it("is destroyed by the same login", async () => {
    const env = await ciEnvironment();
    // Vault deletes no key of staging as it is declared: whoever destroys staging lets go of them first.
    const keys = environment === "staging" ? await operator().list("transit/keys") : [];
    for (const key of keys) await operator().write(`transit/keys/${key}/config`, { deletion_allowed: true });
    await deployment.destroy(env);
    expect(await operator().list("sys/policies/acl")).toEqual(
      expect.not.arrayContaining(["developers", "dbas", "approle-ci"]),
    );
    await expect(operator().readRoleId("approle", "ci")).rejects.toMatchObject({ status: 404 });
  });
});
