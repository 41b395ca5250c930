import type { LintContext } from "../../../policies/lint/lint-rule";
import { judgePolicy, policyRules } from "../../../policies/lint/policy-rules";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { rule } from "../rules";

/** What one guardrail says, as a person reads it. */
const findings = (id: string, rules: readonly PolicyRule[], context?: LintContext) =>
  judgePolicy(rules, context)
    .filter((each) => each.id === id)
    .map(({ problem, remedy }) => `${problem}: ${remedy}`);

const alias = "{{identity.entity.aliases.auth_ldap_1a2b3c4d.name}}";

/** Of each guardrail: what fires, with its message, and what passes beside it. */
const cases: readonly {
  readonly id: string;
  readonly fires: readonly (readonly [readonly PolicyRule[], string])[];
  readonly passes: readonly (readonly PolicyRule[])[];
}[] = [
  {
    id: "LH-POL-001",
    fires: [
      [[rule("*", "read")], `path "*" matches every mount: name the mounts, as in secret/data/*`],
      [[rule("+/*", "read")], `path "+/*" matches every mount: name the mounts, as in secret/data/*`],
    ],
    passes: [[rule("*", "deny")], [rule("database/*", "read")], [rule("+/creds/app", "read")]],
  },
  {
    id: "LH-POL-002",
    fires: [
      [
        [rule("secret/data/app", ["read", "sudo"])],
        `path "secret/data/app" has sudo and needs none on any server: leave sudo out, or name the path that needs it`,
      ],
      [
        [rule("sys/*", ["update", "sudo"])],
        `path "sys/*" has sudo and reaches sys/audit, sys/audit/*, sys/auth/* and more than that: leave sudo out, or name the path that needs it`,
      ],
    ],
    passes: [
      [rule("sys/auth/approle", ["update", "sudo"])],
      [rule("sys/leases/revoke-prefix/database/*", ["update", "sudo"])],
      [rule("pki/root/sign-self-issued", ["update", "sudo"])],
      [rule("sys/*", "update")],
    ],
  },
  {
    id: "LH-POL-003",
    fires: [
      [
        [rule("secret/app/*", "read")],
        `path "secret/app/*" is in KV version 2, and has neither data/ nor metadata/ behind secret/: write secret/data/app/*, and secret/metadata/app/* for its names`,
      ],
      [
        [rule("secret/*", "read")],
        `path "secret/*" grants all of KV version 2 at once: values, names, destroying, the mount's settings: write secret/data/* and, for names, secret/metadata/*`,
      ],
      [
        [rule("team/kv/data/a", "read"), rule("team/kv/b", "read")],
        `path "team/kv/b" is in KV version 2, and has neither data/ nor metadata/ behind team/kv/: write team/kv/data/b, and team/kv/metadata/b for its names`,
      ],
    ],
    passes: [
      [rule("secret/data/app", "read"), rule("secret/metadata/app/*", "list"), rule("secret/destroy/app", "update")],
      [rule("secret/+/app", "read"), rule("secret/config", "read")],
      [rule("database/creds/app", "read")],
      [rule("sys/data/x", "read"), rule("sys/mounts", "read")],
    ],
  },
  {
    id: "LH-POL-004",
    fires: [
      [
        [rule("secret/data/app/*", ["read", "list"])],
        `path "secret/data/app/*" has list, which does nothing on secret/data/: list secret/metadata/app/* instead`,
      ],
      [
        [rule("secret/destroy/app", "delete")],
        `path "secret/destroy/app" has delete, which does nothing on secret/destroy/: move list to metadata/, and give update on delete/, undelete/ and destroy/`,
      ],
    ],
    passes: [
      [rule("secret/data/app/*", ["create", "read", "update", "patch", "delete"])],
      [rule("secret/metadata/app/*", ["read", "list", "delete"])],
      [rule("secret/data/app", "deny")],
    ],
  },
  {
    id: "LH-POL-005",
    fires: [
      [
        [rule("sys/audit/file", ["update", "sudo"])],
        `path "sys/audit/file" allows update on audit devices: read them only; leave audit devices to whoever deploys them`,
      ],
    ],
    passes: [[rule("sys/audit", ["read", "sudo"])], [rule("sys/audit/*", "deny")], [rule("sys/mounts/*", "update")]],
  },
  {
    id: "LH-POL-006",
    fires: [
      [
        [rule("sys/policies/acl/+", ["create", "update"])],
        `path "sys/policies/acl/+" allows create, update on policies: read them only; leave policies to whoever deploys them`,
      ],
      [
        [rule("sys/*", "delete")],
        `path "sys/*" allows delete on policies: read them only; leave policies to whoever deploys them`,
      ],
    ],
    passes: [[rule("sys/policies/acl/*", ["read", "list"])], [rule("sys/leases/renew", "update")]],
  },
  {
    id: "LH-POL-007",
    fires: [
      [
        [rule("auth/approle/role/app", "update")],
        `path "auth/approle/role/app" allows update on what says who has which policy: read them only, or name the one role whose SecretID is issued, as in auth/approle/role/app/secret-id`,
      ],
      [
        [rule("auth/approle/role/+/secret-id", "update")],
        `path "auth/approle/role/+/secret-id" allows update on what says who has which policy: read them only, or name the one role whose SecretID is issued, as in auth/approle/role/app/secret-id`,
      ],
      [
        [rule("identity/*", "create")],
        `path "identity/*" allows create on what says who has which policy: read them only, or name the one role whose SecretID is issued, as in auth/approle/role/app/secret-id`,
      ],
    ],
    passes: [
      [rule("auth/approle/role/app/secret-id", "update")],
      [rule("auth/userpass/users/{{identity.entity.name}}/password", "update")],
      [rule("auth/approle/role/*", ["read", "list"])],
      [rule("auth/token/renew-self", "update")],
    ],
  },
  {
    id: "LH-POL-008",
    fires: [
      [
        [rule(`secret/data/${alias}/*`, "read")],
        `path "secret/data/${alias}/*" has the accessor auth_ldap_1a2b3c4d in it: name the auth method by its path, as in {{identity.entity.aliases.@ldap.name}}`,
      ],
      [
        [rule("secret/data/{{identity.groups.ids.0f3a.name}}", "read")],
        `path "secret/data/{{identity.groups.ids.0f3a.name}}" has the id 0f3a of a group in it: name the group, as in {{identity.groups.names.developers.id}}`,
      ],
    ],
    passes: [
      [rule("secret/data/{{identity.entity.aliases.@ldap.name}}/*", "read")],
      [rule("secret/data/{{identity.groups.names.dev.id}}/*", "read")],
    ],
  },
  {
    id: "LH-POL-009",
    fires: [
      [
        [rule("secret/data/app", ["read", "deny"])],
        `path "secret/data/app" denies, so that read beside it counts for nothing: leave deny out, or leave it alone`,
      ],
    ],
    passes: [[rule("secret/data/app", "deny")], [rule("secret/data/app", "read")]],
  },
  {
    id: "LH-POL-010",
    fires: [
      [
        [rule("secret/data/app*", "read")],
        `path "secret/data/app*" matches secret/data/app-other and secret/data/app2 too: write "secret/data/app" and "secret/data/app/*", or "secret/data/app-*" where names begin so`,
      ],
    ],
    passes: [[rule("secret/data/app/*", "read")], [rule("database/creds/app-*", "read")], [rule("sys/au*", "deny")]],
  },
  {
    id: "LH-POL-011",
    fires: [
      [
        [rule("secret/data/{{identity.entity.name}}*", "read")],
        `path "secret/data/{{identity.entity.name}}*" matches what belongs to whoever's name begins alike: put / between the template and the *`,
      ],
    ],
    passes: [[rule("secret/data/{{identity.entity.name}}/*", "read")]],
  },
  {
    id: "LH-POL-012",
    fires: [
      [
        [rule("secret/data/app/", ["read", "list"])],
        `path "secret/data/app/" matches a listing alone, so that read does nothing: write "secret/data/app/*" for what lies below`,
      ],
    ],
    passes: [[rule("secret/metadata/app/", "list")], [rule("secret/data/app/*", "read")]],
  },
  {
    id: "LH-POL-013",
    fires: [
      [
        [rule("v1/secret/data/app", "read")],
        `path "v1/secret/data/app" begins with v1/, which no request has: leave v1/ out`,
      ],
    ],
    passes: [[rule("secret/data/v1/app", "read")]],
  },
  {
    id: "LH-POL-014",
    fires: [
      [
        [rule("secret/metadata/*", ["read"]), rule("secret/metadata/app/*", ["list"])],
        `path "secret/metadata/app/*" adds list and takes read, which "secret/metadata/*" allows: repeat them in the narrower rule`,
      ],
    ],
    passes: [
      [rule("secret/metadata/*", "read"), rule("secret/metadata/app/*", ["read", "list"])],
      [rule("secret/metadata/*", ["read", "list"]), rule("secret/metadata/app/*", "list")],
      [rule("secret/metadata/*", "read"), rule("secret/metadata/app/*", "deny")],
    ],
  },
  {
    id: "LH-POL-015",
    fires: [
      [
        [rule("secret/data/*", ["read"]), rule("secret/data/app", ["read"])],
        `path "secret/data/app" changes nothing: the policy allows the same without it: remove it, or mend the pattern that outdoes it`,
      ],
      [
        // A listing's path has a slash at its end.
        [rule("secret/metadata/app", "list"), rule("secret/metadata/app/*", "list")],
        `path "secret/metadata/app" changes nothing: the policy allows the same without it: remove it, or mend the pattern that outdoes it`,
      ],
    ],
    passes: [
      [rule("secret/data/*", "read"), rule("secret/data/app", ["read", "update"])],
      [rule("secret/data/*", "read"), rule("secret/data/app", "read", { requiredParameters: ["version"] })],
      [rule("secret/data/app", "deny")],
    ],
  },
];

describe("the guardrails on policies", () => {
  it("have a case each, and an id each", () => {
    expect(cases.map(({ id }) => id)).toEqual(policyRules.map(({ id }) => id));
    expect(new Set(policyRules.map(({ id }) => id)).size).toBe(policyRules.length);
  });

  it.each(cases.flatMap(({ id, fires }) => fires.map(([rules, message]) => ({ id, rules, message }))))(
    "$id fires: $message",
    ({ id, rules, message }) => {
      expect(findings(id, rules)).toEqual([message]);
    },
  );

  it.each(
    cases.flatMap(({ id, passes }) => passes.map((rules) => ({ id, rules, paths: rules.map((each) => each.path) }))),
  )("$id passes: $paths", ({ id, rules }) => {
    expect(findings(id, rules)).toEqual([]);
  });

  it("take mounts of KV version 2 by name", () => {
    const app = [rule("kv/app", "read")];
    expect(findings("LH-POL-003", app)).toEqual([]);
    expect(findings("LH-POL-003", app, { kvMounts: ["/kv/"] })).toHaveLength(1);
    expect(findings("LH-POL-003", [rule("secret/app", "read")], { kvMounts: [] })).toEqual([]);
  });

  it("take paths where sudo is granted on purpose", () => {
    const rules = [rule("sys/mounts/database", ["update", "sudo"])];
    expect(findings("LH-POL-002", rules)).toHaveLength(1);
    expect(findings("LH-POL-002", rules, { sudoPaths: ["sys/mounts/+"] })).toEqual([]);
  });

  it("weigh by tier", () => {
    const tiers = judgePolicy([rule("*", "read")], { tier: "lab" }).filter(({ id }) => id === "LH-POL-001");
    expect(tiers.map(({ severity }) => severity)).toEqual(["error"]);
    const warned = judgePolicy([rule("a/b*", "read")], { tier: "prod" }).filter(({ id }) => id === "LH-POL-010");
    expect(warned.map(({ severity }) => severity)).toEqual(["warning"]);
  });

  it("find nothing against a thousand rules that are sound", () => {
    const rules = Array.from({ length: 1000 }, (_, at) => rule(`database/creds/app-${at}`, "read"));
    expect(judgePolicy(rules)).toEqual([]);
  });
});
