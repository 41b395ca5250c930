import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Capability } from "../../policies/language/capability";
import { Evaluator } from "../../policies/evaluator/evaluator";
import { type ParsedPolicy, parsePolicy } from "../../policies/parser/parse-policy";

const folder = join(__dirname, "..", "..", "policies", "library");
const files = readdirSync(folder).sort();

function read(file: string): Promise<ParsedPolicy> {
  return parsePolicy(readFileSync(join(folder, file), "utf8"), { file });
}

type Asked = readonly [path: string, capability: Exclude<Capability, "deny">];

/** What matters of each policy: what it is for, and what lies beside it. */
const expected: Readonly<Record<string, { readonly may: readonly Asked[]; readonly mayNot: readonly Asked[] }>> = {
  "developers.hcl": {
    may: [
      ["database/creds/app-readonly", "read"],
      ["database/creds/app-writer", "read"],
    ],
    mayNot: [
      ["database/creds/app-admin", "read"],
      ["database/creds/app-writer", "update"],
      ["database/creds", "list"],
    ],
  },
  "dbas.hcl": {
    may: [
      ["database/creds/app-readonly", "read"],
      ["database/creds/anything", "read"],
    ],
    mayNot: [
      ["database/creds/app/deeper", "read"],
      ["database/roles/app-readonly", "read"],
      ["database/config/orders", "read"],
    ],
  },
  "db-readonly.hcl": {
    may: [
      ["database/creds/readonly", "read"],
      ["sys/leases/renew", "update"],
    ],
    mayNot: [
      ["database/creds/readonly2", "read"],
      ["sys/leases/revoke", "update"],
    ],
  },
  "dev-policy.hcl": {
    may: [
      ["secret/data/dev/app", "create"],
      ["secret/metadata/dev/", "list"],
      ["secret/data/config/dev/app", "read"],
      ["secret/metadata/config/dev/", "list"],
      ["database/creds/dev-readonly", "read"],
    ],
    mayNot: [
      ["secret/data/dev/", "list"],
      ["secret/data/config/dev/app", "update"],
      ["secret/metadata/dev/app", "delete"],
      ["secret/data/prod/app", "read"],
      ["secret/data/development", "read"],
      ["auth/userpass/users/joe/policies", "update"],
    ],
  },
  "developer-policy.hcl": {
    may: [
      ["secret/data/shared/x", "read"],
      ["secret/metadata/shared/", "list"],
      ["pki/issue/developer", "update"],
    ],
    mayNot: [
      ["secret/data/shared/x", "update"],
      ["secret/data/somebody/x", "read"],
      ["pki/issue/server", "update"],
      ["pki/issue/developer", "create"],
    ],
  },
  "app-policy.hcl": {
    may: [
      ["secret/data/temp/x", "create"],
      ["secret/data/sensitive/x", "read"],
    ],
    mayNot: [
      ["secret/data/sensitive/x", "update"],
      ["secret/data/apps/other/x", "read"],
      ["secret/metadata/temp/x", "delete"],
    ],
  },
  "readonly-policy.hcl": {
    may: [
      ["secret/data/config/dev/app", "read"],
      ["secret/metadata/shared/", "list"],
      ["database/creds/readonly", "read"],
    ],
    mayNot: [
      ["secret/data/config/dev/app", "update"],
      ["secret/data/dev/app", "read"],
      ["database/creds/writer", "read"],
    ],
  },
  "employee-policy.hcl": {
    may: [
      ["secret/data/shared/x", "read"],
      ["auth/token/renew-self", "update"],
    ],
    mayNot: [
      ["secret/data/somebody/x", "read"],
      ["secret/data/config/x", "read"],
      ["database/creds/readonly", "read"],
    ],
  },
  "admin-policy.hcl": {
    may: [
      ["secret/data/any/thing", "update"],
      ["secret/metadata/", "list"],
      ["sys/auth/oidc", "sudo"],
      ["auth/ldap/config", "update"],
      ["sys/policies/acl/app", "update"],
      ["sys/mounts/database/tune", "update"],
      ["sys/leases/revoke-prefix/database", "sudo"],
    ],
    mayNot: [
      ["sys/seal", "update"],
      ["sys/raw/core", "read"],
      ["sys/audit/file", "delete"],
      ["sys/leases/revoke-force/database", "update"],
      ["auth/token/create", "update"],
      ["auth/ldap/config", "sudo"],
      ["sys/mounts/database", "sudo"],
      ["anything", "read"],
    ],
  },
};

describe("the library of policies", () => {
  it("has what the tests look at, and what Terraform deploys with", () => {
    expect(files).toEqual(Object.keys(expected).sort());
  });

  it.each(files)("says in a header whom %s is for, and reads as it is written", async (file) => {
    const { document, header } = await read(file);
    expect(header.length).toBeGreaterThan(80);
    const again = await parsePolicy(document.toHcl(), { file });
    expect(again.document.rules).toEqual(document.rules);
    expect((await parsePolicy(document.toJson(), { file: `${file}.json` })).document.rules).toEqual(document.rules);
  });

  it.each(Object.keys(expected))("says why each rule of %s is there", async (file) => {
    expect((await read(file)).rules.filter(({ reason }) => reason === "")).toEqual([]);
  });

  it.each<[string | undefined, boolean]>([
    ["4h", true],
    ["24h", false],
    [undefined, false],
  ])("lets an application say that what is temporary ends after %s: %s", async (ends, allowed) => {
    const evaluator = new Evaluator([{ name: "app", rules: (await read("app-policy.hcl")).rules }]);
    const parameters = ends === undefined ? {} : { delete_version_after: ends };
    const decision = evaluator.decide({ path: "secret/metadata/temp/x", capability: "update", parameters });
    expect(decision.allowed).toBe(allowed);
  });

  it.each(Object.entries(expected))("grants with %s what it is for, and nothing beside it", async (file, asked) => {
    const evaluator = new Evaluator([{ name: file, rules: (await read(file)).rules }]);
    expect(asked.may.filter((each) => !evaluator.allows(...each))).toEqual([]);
    expect(asked.mayNot.filter((each) => evaluator.allows(...each))).toEqual([]);
  });

  it.each(files)(
    "has no rule in %s for every path, and lists no secrets where KV v2 has none to list",
    async (file) => {
      for (const { path, capabilities } of (await read(file)).rules) {
        expect(path).not.toMatch(/^[*+]/);
        if (path.startsWith("secret/")) expect(path).toMatch(/^secret\/(data|metadata|delete|undelete|destroy)\//);
        if (path.startsWith("secret/data/")) expect(capabilities).not.toContain("list");
      }
    },
  );

  it("names the mount of a login, and no accessor", async () => {
    const { document } = await read("dev-policy.hcl");
    expect(document.toHcl((path) => `accessor_of_${path}`)).toContain(
      'path "auth/userpass/users/{{identity.entity.aliases.accessor_of_userpass.name}}/password" {',
    );
  });
});
