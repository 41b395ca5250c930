import { policyFindings } from "../../../cli/review/policy-words";
import { change, plan, staying } from "./plans";

const policy = (name: string, text: string | undefined) => ({ name, policy: text });
const read = (path: string) => `path "${path}" { capabilities = ["read"] }`;
const write = (path: string) => `path "${path}" { capabilities = ["create", "update"] }`;
const role = (name: string, policies: readonly string[]) => ({
  role_name: name,
  backend: "approle",
  token_policies: policies,
});
const appRole = "vault_approle_auth_backend_role.app";

describe("policies in words", () => {
  it("say nothing where no policy and no subject changes", async () => {
    const found = await policyFindings(
      plan(
        [change({ address: "vault_mount.a", before: { path: "a" }, after: { path: "a", description: "new" } })],
        [staying("vault_policy.app", policy("app", read("a"))), staying(appRole, role("app", ["app"]))],
      ),
    );
    expect(found).toEqual([]);
  });

  it("tell of a policy that changes, and of a subject that stays as it is and holds it", async () => {
    const found = await policyFindings(
      plan(
        [
          change({
            address: "vault_policy.app",
            before: policy("app", read("secret/data/old")),
            after: policy("app", read("secret/data/new")),
          }),
        ],
        [staying(appRole, role("app", ["app"]))],
      ),
    );
    expect(found).toMatchObject([
      {
        rule: "access-widened",
        risk: "careful",
        address: "vault_policy.app",
        what: "policy app gains read on secret/data/new, and loses read on secret/data/old",
        difference: ["+ read on secret/data/new", "- read on secret/data/old"],
      },
      {
        rule: "access-widened",
        address: appRole,
        what: "login role app of auth/approle gains read on secret/data/new, and loses read on secret/data/old",
      },
    ]);
  });

  it("count all policies of a subject together: what another one gives too is no gain", async () => {
    const found = await policyFindings(
      plan(
        [
          change({
            address: appRole,
            before: role("app", ["one"]),
            after: role("app", ["one", "two"]),
          }),
        ],
        [
          staying("vault_policy.one", policy("one", `${read("a")}\n${read("b")}`)),
          staying("vault_policy.two", policy("two", read("b"))),
        ],
      ),
    );
    expect(found).toMatchObject([{ rule: "access-same", risk: "routine", address: appRole }]);
    expect(found[0]?.difference).toBeUndefined();
  });

  it.each([
    ["write", write("secret/data/app")],
    ["sudo", 'path "sys/raw" { capabilities = ["sudo"] }'],
    ["delete", 'path "secret/data/app" { capabilities = ["delete"] }'],
    ["whatever is below a path", read("secret/data/*")],
    ["any segment", read("secret/data/+/app")],
  ])("call it dangerous when a login gets a policy to %s", async (_, text) => {
    const found = await policyFindings(
      plan(
        [change({ address: appRole, before: role("app", []), after: role("app", ["more"]) })],
        [staying("vault_policy.more", policy("more", text))],
      ),
    );
    expect(found).toMatchObject([{ rule: "access-widened", risk: "dangerous", address: appRole }]);
  });

  it("call it careful when a login loses access, and say what", async () => {
    const found = await policyFindings(
      plan(
        [change({ address: appRole, before: role("app", ["more"]), after: role("app", []) })],
        [staying("vault_policy.more", policy("more", write("secret/data/*")))],
      ),
    );
    expect(found).toMatchObject([
      {
        rule: "access-narrowed",
        risk: "careful",
        what: "login role app of auth/approle loses create, update on secret/data/*",
      },
    ]);
  });

  it("call a text that means the same routine, and leave its holders out", async () => {
    const found = await policyFindings(
      plan(
        [
          change({
            address: "vault_policy.app",
            before: policy("app", read("a")),
            after: policy("app", `# why\n${read("a")}`),
          }),
        ],
        [staying(appRole, role("app", ["app"]))],
      ),
    );
    expect(found).toMatchObject([
      { rule: "access-same", risk: "routine", what: "policy app has the same access, written otherwise" },
    ]);
    expect(found).toHaveLength(1);
  });

  it("tell of a policy that is removed, and of whoever still names it", async () => {
    const found = await policyFindings(
      plan(
        [change({ address: "vault_policy.app", before: policy("app", read("a")) })],
        [staying(appRole, role("app", ["app"]))],
      ),
    );
    expect(found).toMatchObject([
      { rule: "access-narrowed", what: "policy app is removed: whoever holds it loses read on a" },
      { rule: "access-narrowed", what: "login role app of auth/approle loses read on a" },
    ]);
  });

  it("tell of a policy that gets another name as one that goes and one that comes", async () => {
    const found = await policyFindings(
      plan([
        change({
          address: "vault_policy.app",
          before: policy("old", read("a")),
          after: policy("new", read("a")),
        }),
      ]),
    );
    expect(found.map(({ what }) => what)).toEqual([
      "policy old is removed: whoever holds it loses read on a",
      "policy new gains read on a",
    ]);
  });

  it("block a policy that can't be read, with its place, and make up no loss for who holds it", async () => {
    const found = await policyFindings(
      plan(
        [
          change({
            address: "vault_policy.app",
            before: policy("app", read("a")),
            after: policy("app", `${read("a")}\npath "b" { capabilities = ["fly"] }`),
          }),
        ],
        [staying(appRole, role("app", ["app"]))],
      ),
    );
    expect(found).toMatchObject([
      { rule: "policy-unreadable", risk: "blocked", address: "vault_policy.app" },
      { rule: "access-unknown", risk: "blocked", address: appRole },
    ]);
    expect(found[0]?.what).toMatch(/^policy app can't be read: vault_policy\.app:2:\d+ .*fly/);
    expect(found[1]?.difference).toBeUndefined();
  });

  it("say honestly that a text is known after the apply only", async () => {
    const found = await policyFindings(
      plan(
        [
          change({
            address: "vault_policy.app",
            before: policy("app", read("a")),
            after: policy("app", undefined),
            unknown: ["policy"],
          }),
        ],
        [staying(appRole, role("app", ["app"]))],
      ),
    );
    expect(found).toMatchObject([
      { rule: "policy-unknown", risk: "dangerous", what: "the text of policy app is known after the apply only" },
      {
        rule: "access-unknown",
        risk: "dangerous",
        what: "login role app of auth/approle holds app, known after the apply only",
      },
    ]);
  });

  it.each([
    ["root", "dangerous", "gets policy root, which allows everything"],
    ["others", "dangerous", "gets policy others, which the plan does not hold: what it allows can't be said"],
    ["team-*", "dangerous", "gets any policy named team-*, whatever those allow"],
    ["default", "careful", "gets policy default, which the plan does not hold: what it allows can't be said"],
  ])("say that policy %s is not in the plan", async (name, risk, words) => {
    const found = await policyFindings(
      plan([change({ address: appRole, before: role("app", []), after: role("app", [name]) })]),
    );
    expect(found).toMatchObject([{ rule: "access-unknown", risk, what: `login role app of auth/approle ${words}` }]);
  });

  it("tell what who joins a group gains, and who leaves it loses", async () => {
    const group = (members: readonly string[]) => ({
      name: "dbas",
      policies: ["dba"],
      member_entity_ids: members,
    });
    const found = await policyFindings(
      plan(
        [change({ address: "vault_identity_group.dbas", before: group(["a", "b"]), after: group(["b", "c", "d"]) })],
        [staying("vault_policy.dba", policy("dba", write("db/config/app")))],
      ),
    );
    expect(found).toMatchObject([
      { risk: "dangerous", what: "2 members join group dbas: each gains create, update on db/config/app" },
      { risk: "careful", what: "1 member leaves group dbas: each loses create, update on db/config/app" },
    ]);
  });

  it("refuse what the server refuses, of two servers", async () => {
    const changed = plan([
      change({
        address: "vault_policy.app",
        after: policy("app", 'path "a" { capabilities = ["recover"] }'),
      }),
    ]);
    expect(await policyFindings(changed)).toMatchObject([{ rule: "access-widened", risk: "dangerous" }]);
    expect(await policyFindings(changed, { server: "openbao" })).toMatchObject([
      { rule: "policy-refused", risk: "blocked" },
    ]);
  });

  it("count what they don't say in the sentence, say what is grave first, and list all of it", async () => {
    const found = await policyFindings(
      plan([
        change({
          address: "vault_policy.app",
          after: policy("app", ["a", "b", "c"].map(read).concat(write("z")).join("\n")),
        }),
      ]),
    );
    expect(found[0]?.what).toBe("policy app gains create, update on z; read on a and 2 more");
    expect(found[0]?.difference).toEqual(["+ read on a", "+ read on b", "+ read on c", "+ create, update on z"]);
  });

  it("know every kind of subject by its name", async () => {
    const subjects = {
      "vault_jwt_auth_backend_role.a": { role_name: "ci", backend: "github", token_policies: ["root"] },
      "vault_identity_entity.a": { name: "ada", policies: ["root"] },
      "vault_ldap_auth_backend_group.a": { groupname: "dba", backend: "ldap", policies: ["root"] },
      "vault_token_auth_backend_role.a": { role_name: "batch", allowed_policies: ["root"] },
      "vault_identity_group_policies.a": { group_name: "ops", policies: ["root"] },
    };
    const found = await policyFindings(
      plan(Object.entries(subjects).map(([address, after]) => change({ address, after }))),
    );
    expect(found.map(({ what }) => what.replace(/ gets .*/, ""))).toEqual([
      "login role ci of auth/github",
      "entity ada",
      "LDAP group dba of auth/ldap",
      "token role batch",
      "group ops",
    ]);
  });
});
