import { randomBytes } from "node:crypto";
import type { TerraformStack } from "cdktf";
import { z } from "zod";
import { findLdapServer } from "../../cli/servers/ldap-server";
import { ThrowAway } from "../../cli/servers/throw-away";
import { VaultRefusal } from "../../cli/vault-client";
import { LdapAuth, type LdapAuthOptions } from "../../constructs/auth/ldap-auth";
import { ProviderFeatures } from "../../constructs/core/provider-features";
import { SecretInput } from "../../constructs/core/secret-input";
import { DatabaseSecretsEngine } from "../../constructs/database/database-secrets-engine";
import { loadPostgresGrammar } from "../../constructs/database/statements/postgres-grammar";
import { PostgresStatements } from "../../constructs/database/statements/postgres-statements";
import { parseEnvironment } from "../../environments/load";
import { TestAuthority } from "./certificates";
import { ConstructTrial } from "./construct-trial";
import { declare as declarePostgres } from "./declarations/one-postgres";
import { catalogueOf, hostileNames } from "./hostile-names";
import { bindDn, groupDn, TestDirectory, userDn } from "./ldap-directory";
import { readParts, testContext } from "./parts";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";

const loginAnswer = z.object({
  auth: z.object({ client_token: z.string(), token_policies: z.array(z.string()), entity_id: z.string() }),
});
const mappingAnswer = z.object({ data: z.object({ policies: z.array(z.string()) }) });
const configAnswer = z.object({ data: z.record(z.string(), z.unknown()) });
const entityAnswer = z.object({ data: z.object({ aliases: z.array(z.object({ name: z.string() })) }) });

/** Besides those that mean something to a database: those that mean something to a search of a directory. */
const names = [
  ...hostileNames,
  "*",
  "a*b",
  "(|(uid=*))",
  "a)(uid=*",
  "admins)(cn=*))(|(cn=*",
  "a,ou=Groups",
  "a+cn=b",
  "#a=b",
  "\\2a",
  "%2f..%2f",
];

interface Parameters {
  readonly ldap: Partial<LdapAuthOptions>;
  readonly granted: boolean;
  readonly postgresPort: number;
}

const mount = "ldap-trial";
const database = "ldap-database";
const admin = "admin_of_ldap_database";

function declare(stack: TerraformStack, { ldap, granted, postgresPort }: Parameters): void {
  const auth = new LdapAuth(stack, "Ldap", {
    path: mount,
    url: "ldaps://unset",
    bindDn,
    bindPassword: SecretInput.variable("bind_password"),
    userDn,
    userAttr: "uid",
    groupDn,
    groupFilter: "(&(objectClass=groupOfNames)(member={{.UserDN}}))",
    maxPageSize: 100,
    ...ldap,
  });
  const postgres = new DatabaseSecretsEngine(stack, "Database", { path: database }).addPostgres("postgres", {
    host: "127.0.0.1",
    port: postgresPort,
    database: "ldap_database",
    tls: "disable",
    admin: { username: admin, password: SecretInput.variable("admin_password") },
  });
  const role = { statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "4h" } as const;
  const reader = postgres.addRole("reader", role);
  const neighbour = postgres.addRole("neighbour", role);
  const developers = auth.addGroup("Developers");
  const admins = auth.addGroup("Domain Admins");
  auth.addUser("outsider", { groups: [admins] });
  if (granted) reader.grantCredentials(developers);
  neighbour.grantCredentials(admins);
}

const installed = findLdapServer(testContext().env) !== undefined;
if (!installed && testContext().env["CI"] === "true") {
  throw new Error("OpenLDAP is not installed: install Debian's slapd, which .ci/run does as root");
}

if (!installed) {
  it.skip("LDAP: slapd is not installed (Debian's slapd)", () => undefined);
} else {
  describeOnEachServer("LDAP", (product, lab) => {
    const secrets: Record<string, string> = { admin_password: randomBytes(16).toString("hex") };
    let place: ThrowAway;
    let authority: TestAuthority;
    let stranger: TestAuthority;
    let directory: TestDirectory;
    let postgres: TestPostgres;
    let trial: ConstructTrial<Parameters>;
    const vault = () => lab.operator();

    async function cleanUp(): Promise<void> {
      await vault().delete(`sys/auth/${mount}`);
      await vault().write(`sys/leases/revoke-force/${database}`, {});
      await vault().delete(`sys/mounts/${database}`);
      for (const group of ["developers", "domain-admins"]) {
        await vault().delete(`sys/policies/acl/${mount}-group-${group}`);
      }
      trial.forget();
    }

    const logIn = (name: string, password = directory.password) =>
      vault()
        .ask(`auth/${mount}/login/${encodeURIComponent(name)}`, { password }, loginAnswer)
        .then(({ auth }) => auth);
    const as = async (name: string) => vault().withToken((await logIn(name)).client_token);

    beforeAll(async () => {
      await loadPostgresGrammar();
      place = await ThrowAway.open();
      authority = await TestAuthority.make(vault(), "ldap-pki");
      stranger = await TestAuthority.make(vault(), "ldap-pki-stranger");
      directory = await TestDirectory.start(place, authority, {
        people: ["John.Doe", "jane.roe", "guest", "outsider", ...names],
        groups: { developers: ["John.Doe", ...names], "Domain Admins": ["jane.roe"] },
      });
      secrets["bind_password"] = directory.bindPassword;
      postgres = await TestPostgres.start(place);
      const connection = { host: "127.0.0.1", port: postgres.port };
      const declared = declarePostgres({
        name: database,
        connection,
        vault: { address: "http://127.0.0.1", provider: ">= 4.4" },
        state: { backend: "local", path: "unused" },
      });
      await postgres.bootstrap(onlyPostgres(parseEnvironment(declared)), secrets["admin_password"] ?? "");
      trial = new ConstructTrial<Parameters>(lab, {
        name: "ldap",
        declare,
        parameters: {
          ldap: { url: `ldap://127.0.0.1:${directory.port}`, certificate: authority.pem },
          granted: true,
          postgresPort: postgres.port,
        },
        secrets,
      });
      await cleanUp();
    });

    afterAll(async () => {
      await cleanUp();
      await authority.remove();
      await stranger.remove();
      await place.close();
    });

    if (product === "openbao") {
      it("is refused where the server has no such method", async () => {
        await expect(trial.deploy()).rejects.toThrow(
          /OpenBao 2\.\d+ lacks a built-in LDAP auth method \(every Vault has it\)/,
        );
      });
      return;
    }

    describe("over StartTLS", () => {
      beforeAll(() => trial.deploy());

      it("T14: has an empty second plan, and is configured as declared", async () => {
        expect((await trial.plan()).code).toBe(0);
        const { data } = await vault().read(`auth/${mount}/config`, configAnswer);
        expect(data).toMatchObject({
          url: `ldap://127.0.0.1:${directory.port}`,
          starttls: true,
          insecure_tls: false,
          deny_null_bind: true,
          tls_min_version: "tls12",
          tls_max_version: "tls13",
          certificate: authority.pem,
          binddn: bindDn,
          userdn: userDn,
          userattr: "uid",
          groupdn: groupDn,
          groupfilter: "(&(objectClass=groupOfNames)(member={{.UserDN}}))",
          case_sensitive_names: false,
          username_as_alias: false,
          max_page_size: 100,
          token_ttl: 1200,
          token_max_ttl: 86_400,
        });
      });

      it("gives a member what the group was granted, and not what its neighbour was", async () => {
        const { token_policies, client_token } = await logIn("John.Doe");
        expect(token_policies).toEqual(["default", `${mount}-group-developers`]);
        const login = vault().withToken(client_token);
        const user = await login.issueCredentials(database, "reader");
        expect(await postgres.opens("ldap_database", user)).toBe(true);
        await vault().revokeLease(user.leaseId);
        await expect(login.issueCredentials(database, "neighbour")).rejects.toMatchObject({ status: 403 });
      });

      it("gives who is in no group nothing", async () => {
        const { token_policies, client_token } = await logIn("guest");
        expect(token_policies).toEqual(["default"]);
        const guest = vault().withToken(client_token);
        await expect(guest.issueCredentials(database, "reader")).rejects.toMatchObject({ status: 403 });
      });

      it("knows groups by names with blanks, and people whom only Vault puts into one", async () => {
        for (const name of ["jane.roe", "outsider"]) {
          expect((await logIn(name)).token_policies).toEqual(["default", `${mount}-group-domain-admins`]);
        }
      });

      it("takes one person for one entity, however the name is typed", async () => {
        const { entity_id } = await logIn("john.doe");
        expect((await logIn("JOHN.DOE")).entity_id).toBe(entity_id);
        const { data } = await vault().read(`identity/entity/id/${entity_id}`, entityAnswer);
        expect(data.aliases).toEqual([expect.objectContaining({ name: "John.Doe" })]);
      });

      it.each([
        ["a wrong password", "guest", "wrong", /400 \(invalid credentials\)/],
        ["a name that nobody has", "nobody", undefined, /400 \(invalid credentials\)/],
        ["a pattern of names", "j*", undefined, /400 \(invalid credentials\)/],
        ["a part of a filter", "guest)(uid=guest", undefined, /400 \(invalid credentials\)/],
        // The directory would take these two for anonymous binds, and grant them.
        ["an empty password", "guest", "", /password cannot be of zero length/],
        ["an empty password of nobody", "nobody", "", /password cannot be of zero length/],
      ])("refuses %s", async (_, name, password, reason) => {
        await expect(logIn(name, password)).rejects.toThrow(reason);
      });

      it("T15: keeps the bind password in the state only where the provider has no other way", async () => {
        const written = JSON.stringify(await vault().read(`auth/${mount}/config`, configAnswer));
        expect(written).not.toContain(directory.bindPassword);
        const { constraint } = readParts().provider;
        const writeOnly = ProviderFeatures.of(constraint).has("ldapBindPasswordWriteOnly");
        expect(trial.state.includes(directory.bindPassword)).toBe(!writeOnly);
      });
    });

    describe("a login with a hostile name", () => {
      const catalogue = () => catalogueOf(postgres, "ldap_database");

      it.each(names)("T9: %j gets a user like any other, or none, and changes nothing else", async (name) => {
        const before = await catalogue();
        let login;
        try {
          login = await as(name);
        } catch (thrown) {
          // Vault or the directory won't have such a name: nothing of it reaches the database.
          expect(thrown).toBeInstanceOf(VaultRefusal);
          expect(await catalogue()).toEqual(before);
          return;
        }
        const user = await login.issueCredentials(database, "reader");
        expect(user.username).toMatch(/^v-reader-[0-9a-f]{8}-[A-Za-z0-9]{20}-\d{10}$/);
        expect(await postgres.opens("ldap_database", user)).toBe(true);
        await vault().revokeLease(user.leaseId);
        expect(await catalogue()).toEqual(before);
      });

      it("T9: most of them are people like any other to Vault, so that the database is really asked", async () => {
        const outcomes = await Promise.all(
          names.map((name) =>
            logIn(name).then(
              () => true,
              () => false,
            ),
          ),
        );
        expect(outcomes.filter(Boolean).length).toBeGreaterThan(names.length / 2);
      });
    });

    describe("the certificate", () => {
      const over = (ldap: Partial<LdapAuthOptions>) => trial.deploy({ ldap });

      it("is checked over ldaps:// too", async () => {
        await over({
          url: `ldaps://127.0.0.1:${directory.tlsPort}`,
          certificate: authority.pem,
          tlsMinVersion: "tls13",
        });
        expect((await trial.plan()).code).toBe(0);
        expect((await logIn("guest")).token_policies).toEqual(["default"]);
      });

      it.each(["ldap", "ldaps"] as const)("is refused over %s:// when a stranger signed it", async (scheme) => {
        const port = scheme === "ldap" ? directory.port : directory.tlsPort;
        await over({ url: `${scheme}://127.0.0.1:${port}`, certificate: stranger.pem });
        await expect(logIn("guest")).rejects.toThrow(/unknown authority/);
      });

      it("is refused when it is for another name", async () => {
        await over({ url: `ldaps://localhost:${directory.tlsPort}`, certificate: authority.pem });
        await expect(logIn("guest")).rejects.toThrow(/certificate is (not )?valid for/);
      });

      it("is not asked for on loopback where that was said", async () => {
        await over({
          url: `ldap://127.0.0.1:${directory.port}`,
          startTls: false,
          unencryptedReason: "The server is on this machine",
        });
        expect((await logIn("guest")).token_policies).toEqual(["default"]);
      });
    });

    it("names a person's alias by their DN where that was said", async () => {
      await trial.deploy({
        ldap: { url: `ldap://127.0.0.1:${directory.port}`, certificate: authority.pem, usernameAsAlias: true },
      });
      const { entity_id } = await logIn("JANE.ROE");
      const { data } = await vault().read(`identity/entity/id/${entity_id}`, entityAnswer);
      expect(data.aliases).toEqual([expect.objectContaining({ name: "jane.roe" })]);
    });

    it("takes a grant back from the group", async () => {
      await trial.deploy({ granted: false });
      const { data } = await vault().read(`auth/${mount}/groups/developers`, mappingAnswer);
      expect(data.policies).toEqual([]);
      expect((await logIn("john.doe")).token_policies).toEqual(["default"]);
      expect((await trial.plan()).code).toBe(0);
    });

    it("leaves nothing behind", async () => {
      await trial.destroy();
      expect(await vault().exists(`sys/auth/${mount}`)).toBe(false);
      expect(await vault().list("sys/policies/acl")).not.toContainEqual(expect.stringContaining(mount));
    });
  });
}
