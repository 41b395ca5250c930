import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { oidcLogin } from "../../cli/ci/oidc-login";
import { blastRadius, withLeases } from "../../cli/review/blast-radius";
import { ThrowAway } from "../../cli/servers/throw-away";
import { change, plan, staying } from "../cli/review/plans";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { TokenSigner } from "./signed-tokens";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");
const name = "blast";
const loginPath = "blast-jwt";

describeOnEachServer("live leases of what a plan touches", (_, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  const signer = new TokenSigner();
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const vault = () => lab.operator();
  const role = (roleName: string) => ({ backend: name, name: roleName, db_name: "postgres" });
  const mount = change({ address: "vault_mount.blast", before: { path: name } });
  const connection = change({
    address: "vault_database_secret_backend_connection.postgres",
    before: { backend: name, name: "postgres" },
  });
  const reader = change({ address: "vault_database_secret_backend_role.reader", before: role("reader") });
  const others = [staying("vault_database_secret_backend_role.migrator", role("migrator"))];

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    trial = new Trial<OnePostgres>(
      lab,
      file,
      declare,
      { name, connection: { host: "127.0.0.1", port: postgres.port } },
      secrets,
    );
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await trial.deploy();
    await vault().delete(`sys/auth/${loginPath}`);
    await vault().write(`sys/auth/${loginPath}`, { type: "jwt" });
    await vault().write(`auth/${loginPath}/config`, { jwt_validation_pubkeys: [signer.publicKey] });
    await vault().write(`auth/${loginPath}/role/plan`, {
      role_type: "jwt",
      user_claim: "sub",
      bound_audiences: ["https://vault.company.com"],
      bound_claims: { repository: "company/access" },
      token_policies: ["blast-plan"],
      token_ttl: "10m",
    });
    await vault().write("sys/policies/acl/blast-plan", {
      policy: `path "sys/leases/lookup/${name}/creds/reader/*" { capabilities = ["list", "sudo"] }`,
    });
  });

  afterAll(async () => {
    await vault().delete(`sys/auth/${loginPath}`);
    await vault().delete("sys/policies/acl/blast-plan");
    await trial.cleanUp();
    await place.close();
  });

  it("are counted for each mount, connection, role and login method, and said in its finding", async () => {
    expect((await blastRadius(plan([mount, reader], others), vault())).touched.map(({ words }) => words)).toEqual([
      "no live lease hangs on it",
      "no live lease hangs on it",
    ]);
    for (const each of ["reader", "reader", "reader", "migrator"]) await vault().issueCredentials(name, each);
    const jwt = signer.sign({ sub: "job", aud: "https://vault.company.com", repository: "company/access" });
    await vault().ask(`auth/${loginPath}/login`, { role: "plan", jwt }, z.unknown());
    const login = change({ address: "vault_jwt_auth_backend.blast", before: { path: loginPath } });

    const radius = await blastRadius(plan([mount, connection, reader, login], others), vault());
    expect(radius).toMatchObject({ leases: 5, problems: [] });
    expect(Object.fromEntries(radius.touched.map(({ address, words }) => [address, words]))).toEqual({
      "vault_mount.blast": `4 live leases end with it (${name}/creds/reader 3, ${name}/creds/migrator 1)`,
      "vault_database_secret_backend_connection.postgres": `4 live leases can't be revoked without it (${name}/creds/reader 3, ${name}/creds/migrator 1)`,
      "vault_database_secret_backend_role.reader": "3 live leases outlive it",
      "vault_jwt_auth_backend.blast": "1 live token ends with it",
    });
    const finding = { rule: "mount-destroyed", risk: "blocked", why: "why", remedy: "remedy" } as const;
    const [said] = withLeases([{ ...finding, address: mount.address, what: "mount blast is destroyed" }], radius);
    expect(said?.what).toMatch(/^mount blast is destroyed: 4 live leases end with it/);
  });

  it("are counted as far as the token of a job may list them, which GitHub's id token got", async () => {
    const tokens = createServer((request, response) => {
      const asked = new URL(request.url ?? "", "http://actions");
      const allowed = request.headers.authorization === "Bearer of-the-job";
      response.statusCode = allowed ? 200 : 401;
      const claims = { sub: "job", aud: asked.searchParams.get("audience"), repository: "company/access" };
      response.end(JSON.stringify(allowed ? { value: signer.sign(claims) } : {}));
    }).listen(0, "127.0.0.1");
    await new Promise((done) => tokens.once("listening", done));
    const url = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token?api-version=2.0`;
    const options = { path: loginPath, role: "plan", audience: "https://vault.company.com" };
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job" };
    const job = vault().withToken("");
    const token = await oidcLogin(job, options, env);
    await expect(oidcLogin(job, { ...options, audience: "https://else" }, env)).rejects.toThrow(/audience/);
    await expect(oidcLogin(job, options, { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "none" })).rejects.toThrow(
      /\[leasehold ci login\] GitHub gave no id token/,
    );
    await expect(oidcLogin(job, options, {})).rejects.toThrow(
      /the job has no id token: give it the permission id-token/,
    );
    tokens.close();
    tokens.closeAllConnections();

    const limited = vault().withToken(token);
    expect((await blastRadius(plan([reader]), limited)).touched).toMatchObject([{ words: "3 live leases outlive it" }]);
    const radius = await blastRadius(plan([mount]), limited);
    expect(radius.touched).toMatchObject([{ words: "how many live leases hang on it could not be looked up" }]);
    expect(radius.problems).toEqual([
      `live leases below ${name}/ could not be looked up: the token may not list them (it needs list and sudo on sys/leases/lookup)`,
    ]);
  });
});
