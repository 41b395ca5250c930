import type { TerraformStack } from "cdktf";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { startDaemon } from "../../cli/processes";
import { freePort } from "../../cli/servers/ports";
import { ThrowAway } from "../../cli/servers/throw-away";
import { JwtAuth } from "../../constructs/auth/jwt-auth";
import { OidcAuth } from "../../constructs/auth/oidc-auth";
import { SecretInput } from "../../constructs/core/secret-input";
import { ConstructTrial } from "./construct-trial";
import { testContext } from "./parts";
import { describeOnEachServer } from "./rig";

const paths = { jwt: "oidc-trial-jwt", oidc: "oidc-trial" };
const redirectUri = "http://localhost:8250/oidc/callback";
const loginAnswer = z.object({ auth: z.object({ client_token: z.string(), policies: z.array(z.string()) }) });
const urlAnswer = z.object({ data: z.object({ auth_url: z.string() }) });
const tokenAnswer = z.object({ id_token: z.string() });

interface Parameters {
  readonly issuer: string;
}

function declare(stack: TerraformStack, { issuer }: Parameters): void {
  const jwt = new JwtAuth(stack, "Programs", { path: paths.jwt, keys: { discoveryUrl: issuer } });
  jwt.addRole("program", { boundAudiences: ["vault"], boundSubject: "johndoe" });
  const oidc = new OidcAuth(stack, "People", {
    path: paths.oidc,
    discoveryUrl: issuer,
    clientId: "vault",
    clientSecret: SecretInput.variable("oidc_client_secret"),
    responseMode: "query",
    supportedAlgorithms: ["RS256"],
    defaultRole: "person",
  });
  const options = { allowedRedirectUris: [redirectUri], oidcScopes: ["profile"] } as const;
  const person = oidc.addRole("person", { ...options, boundSubject: "johndoe" });
  person.grantPolicy.addRule({ path: "sys/host-info", capabilities: ["read"], reason: "For the test" });
  oidc.addRole("recent", { ...options, boundSubject: "johndoe", maxAge: "1h" });
  oidc.addRole("stranger", { ...options, boundClaims: { sub: "somebody-else" } });
}

/** A small issuer on loopback, in a process of its own. */
async function startIssuer(place: ThrowAway): Promise<string> {
  const port = await freePort();
  const program = pathToFileURL(require.resolve("oauth2-mock-server").replace("index.mjs", "oauth2-mock-server.mjs"));
  const cwd = place.folderFor("issuer");
  const args = [program.pathname, "-a", "localhost", "-p", String(port)];
  place.keep(await startDaemon(process.execPath, args, { logFile: `${cwd}/log`, env: testContext().env, cwd }));
  const issuer = `http://localhost:${port}`;
  const end = Date.now() + 20_000;
  while (
    !(await fetch(`${issuer}/.well-known/openid-configuration`).then(
      (response) => response.ok,
      () => false,
    ))
  ) {
    if (Date.now() > end) throw new Error("the issuer did not start");
    await sleep(100);
  }
  return issuer;
}

describeOnEachServer("OIDC", (_, lab) => {
  const secret = "canary-of-the-client";
  let place: ThrowAway;
  let issuer: string;
  let trial: ConstructTrial<Parameters>;
  const vault = () => lab.operator();

  async function cleanUp(): Promise<void> {
    for (const path of Object.values(paths)) await vault().delete(`sys/auth/${path}`);
    await vault().delete(`sys/policies/acl/${paths.oidc}-person`);
  }

  /** What a browser does: asks Vault where to go, lets the issuer send it back, and brings Vault the code. */
  async function logIn(role: string, uri = redirectUri) {
    const body = { role, redirect_uri: uri, client_nonce: "nonce" };
    const { data } = await vault().ask(`auth/${paths.oidc}/oidc/auth_url`, body, urlAnswer);
    if (data.auth_url === "") throw new Error("Vault gave no URL");
    const answer = await fetch(data.auth_url, { redirect: "manual" });
    const back = new URL(answer.headers.get("location") ?? "");
    expect(back.href).toMatch(new RegExp(`^${redirectUri}`));
    const query = new URLSearchParams({
      state: back.searchParams.get("state") ?? "",
      code: back.searchParams.get("code") ?? "",
      client_nonce: "nonce",
    });
    return (await vault().read(`auth/${paths.oidc}/oidc/callback?${query.toString()}`, loginAnswer)).auth;
  }

  async function tokenFor(audience: string): Promise<string> {
    const body = new URLSearchParams({ grant_type: "password", username: "any", client_id: audience });
    const answer = await fetch(`${issuer}/token`, { method: "POST", body });
    return tokenAnswer.parse(await answer.json()).id_token;
  }

  beforeAll(async () => {
    place = await ThrowAway.open();
    issuer = await startIssuer(place);
    trial = new ConstructTrial<Parameters>(lab, {
      name: "oidc-trial",
      declare,
      parameters: { issuer },
      secrets: { oidc_client_secret: secret },
    });
    trial.forget();
    await cleanUp();
    await trial.deploy();
  });

  afterAll(async () => {
    await cleanUp();
    trial.forget();
    await place.close();
  });

  it("has an empty second plan", async () => {
    expect((await trial.plan()).code).toBe(0);
  });

  it("keeps the client's secret in the state, as the warning says", () => {
    expect(trial.state).toContain(secret);
  });

  it("finds the keys of programs' tokens by discovery", async () => {
    const login = (role: string, jwt: string) => vault().ask(`auth/${paths.jwt}/login`, { role, jwt }, loginAnswer);
    const jwt = await tokenFor("vault");
    await expect(login("program", jwt)).resolves.toBeDefined();
    await expect(login("program", await tokenFor("elsewhere"))).rejects.toThrow(/audience/);
  });

  it("lets a person in who comes back from the issuer, with what was granted", async () => {
    const { client_token, policies } = await logIn("person");
    expect(policies).toEqual(["default", `${paths.oidc}-person`]);
    const answer = z.object({
      data: z.object({ "sys/host-info": z.array(z.string()), "sys/hosts": z.array(z.string()) }),
    });
    const body = { token: client_token, paths: ["sys/host-info", "sys/hosts"] };
    expect((await vault().ask("sys/capabilities", body, answer)).data).toMatchObject({
      "sys/host-info": ["read"],
      "sys/hosts": ["deny"],
    });
  });

  it("refuses a person whom the role is not for, one who may have logged in long ago, and a way back that it does not know", async () => {
    await expect(logIn("stranger")).rejects.toThrow(/does not match any associated bound claim/);
    // The issuer does not say when the person logged in.
    await expect(logIn("recent")).rejects.toThrow(/auth_time/);
    await expect(logIn("person", "http://localhost:8251/elsewhere")).rejects.toThrow();
  });

  it("is destroyed clean", async () => {
    await trial.destroy();
    for (const path of Object.values(paths)) expect(await vault().exists(`sys/auth/${path}`)).toBe(false);
    expect(await vault().list("sys/policies/acl")).not.toContain(`${paths.oidc}-person`);
  });
});
