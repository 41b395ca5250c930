import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { RoleProof } from "../../cli/prove/finding";
import { Container } from "../../cli/servers/container";
import { ThrowAway } from "../../cli/servers/throw-away";
import { MongoDbStatements } from "../../constructs/database/statements/mongodb-statements";
import { mongodbUsernameTemplate } from "../../constructs/database/statements/username-template";
import { readParts, sharedLab, testContext } from "./parts";
import { leasehold } from "./rig";

const { containers, missing } = readParts();

/** Vault alone: OpenBao has no plug-in for MongoDB, and for MySQL the engine is what is tried, not the server. */
const reasonFor = (image: "mysql" | "mongodb") => missing.vault ?? containers[image];

if (reasonFor("mysql") !== undefined) {
  it.skip(`MySQL 8 in a container: ${reasonFor("mysql")}`, () => undefined);
} else {
  it("T1, T4, T12: proves MySQL 8", async () => {
    const args = ["prove", "examples/engines.ts", "my-mysql-database", "--server", "vault", "--json"];
    const { code, stdout } = await leasehold(args, testContext().env);
    const proofs = JSON.parse(stdout) as RoleProof[];
    expect(proofs.flatMap(({ checks }) => checks.filter(({ passed }) => !passed))).toEqual([]);
    expect(proofs.every(({ checks }) => checks.length > 0)).toBe(true);
    expect(code).toBe(0);
  }, 900_000);
}

if (reasonFor("mongodb") !== undefined) {
  it.skip(`MongoDB in a container: ${reasonFor("mongodb")}`, () => undefined);
} else {
  it("T4, T13: MongoDB users read what they may, and are gone after their lease", async () => {
    const vault = sharedLab("vault").operator();
    const password = randomBytes(16).toString("hex");
    const statements = MongoDbStatements.readOnly({ databases: ["logs"] });
    await ThrowAway.use(async (place) => {
      const container = await Container.start(place, testContext().env, {
        image: "mongo:8.0",
        variables: { MONGO_INITDB_ROOT_USERNAME: "vault_admin", MONGO_INITDB_ROOT_PASSWORD: password },
        port: 27_017,
      });
      /** Whether a script runs without an error as that user. */
      const may = async (user: string, own: string, script: string) => {
        const login = ["--quiet", "-u", user, "-p", own, "--authenticationDatabase", "admin"];
        return (await container.exec(["mongosh", ...login, "--eval", script])).code === 0;
      };
      const end = Date.now() + 120_000;
      while (!(await may("vault_admin", password, "db.getSiblingDB('logs').lines.insertOne({})")) && Date.now() < end) {
        await sleep(500);
      }
      await vault.write("sys/mounts/containers", { type: "database" });
      try {
        await vault.write("containers/config/mongodb", {
          plugin_name: "mongodb-database-plugin",
          connection_url: `mongodb://{{username}}:{{password}}@127.0.0.1:${container.port}/admin`,
          username: "vault_admin",
          password,
          username_template: mongodbUsernameTemplate,
          allowed_roles: ["reader"],
        });
        await vault.write("containers/roles/reader", {
          db_name: "mongodb",
          creation_statements: statements.creation,
          revocation_statements: statements.revocation,
          default_ttl: 3600,
        });
        const user = await vault.issueCredentials("containers", "reader");
        const as = (script: string) => may(user.username, user.password, script);
        expect(await as("db.getSiblingDB('logs').lines.findOne()")).toBe(true);
        expect(await as("db.getSiblingDB('logs').lines.insertOne({})")).toBe(false);
        expect(await as("db.getSiblingDB('other').lines.findOne()")).toBe(false);
        expect(await as("db.getSiblingDB('admin').createUser({ user: 'x', pwd: 'x', roles: [] })")).toBe(false);
        await vault.revokeLease(user.leaseId);
        expect(await as("1")).toBe(false);
        expect(await vault.leases("containers/creds/")).toEqual([]);
      } finally {
        await vault.write("sys/leases/revoke-force/containers", {});
        await vault.delete("sys/mounts/containers");
      }
    });
  }, 900_000);
}
