import fc from "fast-check";
import { readPlan } from "../../../cli/review/read-plan";
import { reportJson, reportMarkdown } from "../../../cli/review/report";
import { reviewPlan } from "../../../cli/review/review";
import { planJson, type RawChange } from "./raw-plan";

const canary = "canary-9f3c71d2";

async function shownOf(...changes: readonly RawChange[]): Promise<string> {
  const review = await reviewPlan(readPlan(planJson({ changes }), "the plan"));
  return reportMarkdown({ review }) + reportJson({ review });
}

/** A value with the canary somewhere in it, and the mask that says where. */
const hidden: fc.Arbitrary<{ value: unknown; mask: unknown }> = fc.letrec<{
  node: { value: unknown; mask: unknown };
}>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<{ value: unknown; mask: unknown }>(
      { value: canary, mask: true },
      { value: `a ${canary} b`, mask: true },
      { value: [canary, { x: canary }], mask: true },
      { value: { [canary]: canary }, mask: true },
    ),
    tie("node").map(({ value, mask }) => ({ value: [value, "plain"], mask: [mask] })),
    tie("node").map(({ value, mask }) => ({ value: ["plain", value], mask: [false, mask] })),
    fc
      .tuple(fc.constantFrom("description", "name", "creation_statements", "max_ttl"), tie("node"))
      .map(([key, { value, mask }]) => ({ value: { [key]: value, other: 1 }, mask: { [key]: mask } })),
  ),
})).node;

const types = fc.constantFrom(
  "vault_mount",
  "vault_database_secret_backend_connection",
  "vault_database_secret_backend_role",
  "vault_policy",
  "vault_password_policy",
  "vault_jwt_auth_backend_role",
  "vault_identity_group",
  "vault_kv_secret_v2",
  "foreign_thing",
);
const names = fc.constantFrom(
  "name",
  "path",
  "policy",
  "db_name",
  "creation_statements",
  "bound_claims",
  "postgresql",
  "member_entity_ids",
  "token_policies",
  "type",
  "description",
);
const actions = fc.constantFrom(["create"], ["update"], ["delete"], ["delete", "create"], ["forget"]);
const wherever = fc.constantFrom("before", "after", "both");

describe("redaction", () => {
  it("lets nothing out that a plan calls sensitive, wherever it is", async () => {
    await fc.assert(
      fc.asyncProperty(types, names, actions, wherever, hidden, async (type, name, done, where, { value, mask }) => {
        const plain = { backend: "db", [name === "name" ? "title" : "name"]: "x", ttl: 60 };
        const holding = { ...plain, [name]: value };
        const side = (here: string) => (where === here || where === "both" ? holding : plain);
        const shown = await shownOf({
          address: `${type}.x`,
          actions: done,
          before: done[0] === "create" ? null : side("before"),
          after: ["delete", "forget"].includes(done.join()) ? null : side("after"),
          before_sensitive: where === "after" ? {} : { [name]: mask },
          after_sensitive: where === "before" ? {} : { [name]: mask },
        });
        expect(shown).not.toContain(canary);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    "password",
    "password_wo",
    "secret_id",
    "bindpass",
    "token_reviewer_jwt",
    "client_secret",
    "oidc_client_secret",
    "secret_key",
    "private_key",
    "pem_bundle",
    "credentials",
    "data_json",
    "wrapping_token",
  ])("takes %s for a secret whatever the provider says of it", (name) => {
    const change = {
      address: "vault_thing.x",
      actions: ["update"],
      before: { [name]: "old-one" },
      after: { [name]: canary },
    };
    const [read] = readPlan(planJson({ changes: [change] }), "the plan").changes;
    expect(read?.after).toEqual({ [name]: "(sensitive)" });
    expect(read?.sensitive).toEqual([{ name, changes: true }]);
  });

  it.each([
    ["bind_secret_id", true],
    ["secret_id_num_uses", 3],
    ["password_wo_version", 2],
    ["password_policy", "strong"],
    ["token_policies", ["app"]],
    ["token_ttl", 60],
    ["policy", 'path "auth/token/create" { allowed_parameters = { password = [] } }'],
    ["creation_statements", [`CREATE ROLE "{{name}}" PASSWORD '{{password}}'`]],
  ])("leaves %s as it is", (name, value) => {
    const change = { address: "vault_thing.x", actions: ["create"], before: null, after: { [name]: value } };
    const [read] = readPlan(planJson({ changes: [change] }), "the plan").changes;
    expect(read?.after).toEqual({ [name]: value });
    expect(read?.sensitive).toEqual([]);
  });

  it.each([
    [`postgresql://admin:${canary}@db:5432/app`, "postgresql://admin:(sensitive)@db:5432/app"],
    [`admin:${canary}@tcp(db:3306)/`, "admin:(sensitive)@tcp(db:3306)/"],
    [
      `host=db user=admin password=${canary} sslmode=require`,
      "host=db user=admin password=(sensitive) sslmode=require",
    ],
    [`sqlserver://admin:${canary}@db?x=1`, "sqlserver://admin:(sensitive)@db?x=1"],
    ["postgresql://{{username}}:{{password}}@db/app", "postgresql://{{username}}:{{password}}@db/app"],
    ["{{username}}:{{password}}@tcp(db:3306)/", "{{username}}:{{password}}@tcp(db:3306)/"],
  ])("shows the connection URL %s without credentials", (given, shown) => {
    const change = {
      address: "vault_database_secret_backend_connection.x",
      actions: ["create"],
      before: null,
      after: { postgresql: [{ connection_url: given }] },
    };
    const [read] = readPlan(planJson({ changes: [change] }), "the plan").changes;
    expect(read?.after).toEqual({ postgresql: [{ connection_url: shown }] });
  });

  it("finds a sensitive value in the resource's other texts too", () => {
    const change = {
      address: "vault_thing.x",
      actions: ["create"],
      before: null,
      after: { key: canary, note: `use ${canary}` },
      after_sensitive: { key: true },
    };
    const { changes, resources } = readPlan(
      planJson({
        changes: [change],
        resources: [{ address: "vault_thing.x", values: change.after, sensitive: { key: true } }],
      }),
      "the plan",
    );
    expect(changes[0]?.after).toEqual({ key: "(sensitive)", note: "use (sensitive)" });
    expect(resources[0]?.attributes).toEqual({ key: "(sensitive)", note: "use (sensitive)" });
  });

  it("takes what one side calls sensitive for sensitive on the other, in a set in any place", () => {
    const change = {
      address: "vault_thing.x",
      actions: ["update"],
      before: { block: [{ key: canary }] },
      after: { block: [{ name: "new" }, { key: canary }] },
      before_sensitive: { block: [{ key: true }] },
      after_sensitive: {},
    };
    expect(JSON.stringify(readPlan(planJson({ changes: [change] }), "the plan"))).not.toContain(canary);
  });
});
