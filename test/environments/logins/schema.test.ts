import { parseEnvironment } from "../../../environments/load";
import { loginsOf } from "../../../environments/logins/logins";
import { refusalOf, withChanges } from "../../helpers/environments";
import { environmentWithLogins } from "../../helpers/logins";

type Method = ReturnType<typeof environmentWithLogins>["auth"][number];

/** The environment with fields put at paths of the method of that kind, and the place of that method. */
function changed(kind: Method["method"], changes: Readonly<Record<string, unknown>>) {
  const environment = environmentWithLogins();
  const at = environment.auth.findIndex(({ method }) => method === kind);
  withChanges(environment.auth[at] ?? {}, changes);
  return { environment, at };
}

describe("the auth methods of an environment", () => {
  it("fit, with every kind of login", () => {
    const { auth } = parseEnvironment(environmentWithLogins());
    expect(
      auth.flatMap((method) => loginsOf(method).map(({ kind, login }) => `${method.path} ${kind} ${login.name}`)),
    ).toEqual([
      "approle login app",
      "aws login reports",
      "aws login fleet",
      "github team developers",
      "github user octocat",
      "jwt login employee",
      "kubernetes login shop",
      "ldap group developers",
      "ldap user anna",
      "oidc login people",
      "token login batch",
      "userpass user bert",
    ]);
  });

  it.each<[Method["method"], string, unknown]>([
    ["approle", "path", "/approle"],
    ["approle", "description", 5],
    ["approle", "tuning.maxLeaseTtl", "1 day"],
    ["approle", "tuning.defaultLeaseTtl", "0s"],
    ["approle", "tuning.listingVisibility", "public"],
    ["approle", "tuning.tokenType", "root"],
    ["approle", "tuning.passthroughRequestHeaders", "X-Id"],
    ["approle", "roles", []],
    ["approle", "roles[0].bindSecretId", "no"],
    ["approle", "roles[0].secretIdTtl", "24"],
    ["approle", "roles[0].secretIdUses", 1.5],
    ["approle", "roles[0].secretIdCidrs", "10.0.0.0/8"],
    ["approle", "roles[0].roleId", 5],
    ["approle", "roles[0].tokenTtl", "20"],
    ["approle", "roles[0].tokenMaxTtl", 60],
    ["approle", "roles[0].tokenPeriod", "-1h"],
    ["approle", "roles[0].tokenCidrs", "10.0.0.0/8"],
    ["approle", "roles[0].tokenUses", "3"],
    ["approle", "roles[0].tokenType", "recovery"],
    ["approle", "roles[0].noDefaultPolicy", "yes"],
    ["approle", "roles[0].selfService", "yes"],
    ["aws", "credentials", { accessKey: "AKIA", secretKey: "canary" }],
    ["aws", "serverIdHeader", ""],
    ["aws", "maxRetries", "3"],
    ["aws", "iamRoles[0].principals", []],
    ["aws", "iamRoles[0].resolveUniqueIds", "no"],
    ["aws", "ec2Roles[0].accountIds", []],
    ["aws", "ec2Roles[0].roleTag", ""],
    ["github", "organization", ""],
    ["github", "organizationId", "1"],
    ["github", "teams[0].name", ""],
    ["jwt", "keys", { discoveryUrl: "https://a.example.com", publicKeys: ["x"] }],
    ["jwt", "supportedAlgorithms", ["HS256"]],
    ["jwt", "defaultRole", "a/b"],
    ["jwt", "roles[0].boundAudiences", []],
    ["jwt", "roles[0].boundClaimsType", "regex"],
    ["jwt", "roles[0].boundClaims", { department: 5 }],
    ["jwt", "roles[0].expirationLeeway", "0s"],
    ["jwt", "gitHubActionsRoles", [{ name: "ci" }]],
    ["jwt", "gitLabCiRoles", [{ name: "ci" }]],
    ["kubernetes", "host", ""],
    ["kubernetes", "reviewer", "eyJ"],
    ["kubernetes", "roles[0].audience", ""],
    ["kubernetes", "roles[0].serviceAccounts", []],
    ["kubernetes", "roles[0].namespaceSelector", "app=shop"],
    ["kubernetes", "roles[0].aliasNameSource", "name"],
    ["ldap", "url", []],
    ["ldap", "bindPassword", "canary"],
    ["ldap", "tlsMinVersion", "tls10"],
    ["ldap", "requestTimeout", "90"],
    ["ldap", "groups[0].name", ""],
    ["ldap", "users[0].groups", "developers"],
    ["oidc", "clientSecret", "canary"],
    ["oidc", "responseMode", "fragment"],
    ["oidc", "roles[0].allowedRedirectUris", []],
    ["oidc", "roles[0].maxAge", "1"],
    ["token", "path", "tokens"],
    ["token", "roles[0].orphan", "yes"],
    ["token", "roles[0].disallowedPolicies", "root"],
    ["userpass", "users", []],
    ["userpass", "users[0].name", "a b"],
    ["userpass", "users[0].changesOwnPassword", "yes"],
  ])("are refused where %s has a bad %s", (kind, field, value) => {
    const withTuning = field.startsWith("tuning.") ? { tuning: {} } : {};
    const { environment, at } = changed(kind, { ...withTuning, [field]: value });
    const message = refusalOf(() => parseEnvironment(environment));
    // A union is refused as a whole, and an element with what holds it.
    const [place = ""] = field.split(/\[\d+\]$/);
    expect(message).toContain(`auth[${at}].${place}`);
    expect(message).not.toContain("canary");
  });

  it.each<[Method["method"], string]>([
    ["approle", "roles[0].password"],
    ["aws", "iamRoles[0].regions"],
    ["github", "token"],
    ["jwt", "roles[0].verboseOidcLogging"],
    ["kubernetes", "tokenReviewerJwt"],
    ["ldap", "insecureTls"],
    ["oidc", "verboseOidcLogging"],
    ["token", "roles[0].tokenTtl"],
    ["userpass", "users[0].password"],
  ])("are refused where %s has what is not known, %s", (kind, field) => {
    const { environment } = changed(kind, { [field]: "x" });
    expect(refusalOf(() => parseEnvironment(environment))).toContain(`Unrecognized key: "${field.split(".").at(-1)}"`);
  });
});
