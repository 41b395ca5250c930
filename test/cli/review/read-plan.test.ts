import { readPlan } from "../../../cli/review/read-plan";
import { planJson } from "./raw-plan";

const secret = "canary-that-no-error-shows";

function refusal(text: string): string {
  try {
    readPlan(text, "plan.json");
  } catch (thrown) {
    return (thrown as Error).message;
  }
  throw new Error("it was read");
}

const howToMake = "save one with terraform plan -out=plan, and give what terraform show -json plan prints";

describe("reading a plan", () => {
  it.each([
    ["nothing", "", "is empty"],
    ["broken JSON", `{"format_version": "1.2", "x": ${secret}`, "is not JSON"],
    ["a list", "[]", "is no plan: it is no JSON object"],
    ["an empty object", "{}", "is no plan: it has no format_version"],
    ["a state file", JSON.stringify({ version: 4, serial: 1, lineage: secret }), "is a state, not a plan"],
    ["a shown state", JSON.stringify({ format_version: "1.0", values: { x: secret } }), "is a state, not a plan"],
    [
      "a configuration",
      JSON.stringify({ "//": {}, terraform: {}, provider: { vault: [{ token: secret }] } }),
      "is a configuration (cdk.tf.json), not a plan",
    ],
    [
      "the log of a plan",
      `{"@level":"info","@message":"x"}\n{"@level":"info"}`,
      "is the log of terraform plan -json, not a plan",
    ],
    [
      "schemas",
      JSON.stringify({ format_version: "1.0", provider_schemas: {} }),
      "holds the providers' schemas, not a plan",
    ],
    ["something with a version", JSON.stringify({ format_version: "1.0" }), "is no plan: it has no resource_changes"],
    [
      "an odd version",
      planJson({ extra: { format_version: secret } }),
      "has a format_version that is no version such as 1.2",
    ],
  ])("refuses %s", (_, text, problem) => {
    expect(refusal(text)).toBe(`[plan.json] ${problem}: ${howToMake}`);
  });

  it("refuses a saved plan in Terraform's own format", () => {
    expect(refusal("PK\u0003\u0004")).toBe(
      "[plan.json] is a saved plan in Terraform's own format: give what terraform show -json prints",
    );
  });

  it("refuses a newer form by its version", () => {
    expect(refusal(planJson({ extra: { format_version: "2.0" } }))).toBe(
      "[plan.json] is of format version 2.0, and 1.x is what can be read: use a newer leasehold",
    );
  });

  it("refuses an older form by its version", () => {
    expect(refusal(planJson({ extra: { format_version: "0.2" } }))).toBe(
      "[plan.json] is of format version 0.2, and 1.x is what can be read: plan with Terraform 1.11 or later",
    );
  });

  it("reads any minor version", () => {
    expect(readPlan(planJson({ extra: { format_version: "1.97", new_thing: {} } }), "plan.json").formatVersion).toBe(
      "1.97",
    );
  });

  it("refuses a plan that failed", () => {
    expect(refusal(planJson({ extra: { errored: true } }))).toBe(
      "[plan.json] is a plan that failed: what it says is not all that would happen: mend what Terraform reported, and plan again",
    );
  });

  it("refuses an action that it does not know, by the resource", () => {
    const change = { address: "vault_mount.x", actions: ["explode"], before: null, after: null };
    expect(refusal(planJson({ changes: [change] }))).toBe(
      "[plan.json] does to vault_mount.x what this review does not know: use a newer leasehold",
    );
  });

  it("says where a plan is not as plans are, and shows none of it", () => {
    const message = refusal(planJson({ extra: { resource_changes: [{ address: 1, type: secret }] } }));
    expect(message).toMatch(/^\[plan\.json\] is no plan that can be read: resource_changes\.0\.address: .*string/);
    expect(message).not.toContain(secret);
  });

  it.each([
    [["create"], "create"],
    [["update"], "update"],
    [["delete"], "delete"],
    [["read"], "read"],
    [["delete", "create"], "replace"],
    [["create", "delete"], "replace"],
    [["create", "forget"], "replace"],
    [["forget"], "forget"],
  ])("reads the actions %j as %s", (actions, action) => {
    const change = { address: "vault_mount.x", actions, before: { path: "a" }, after: { path: "b" } };
    expect(readPlan(planJson({ changes: [change] }), "plan.json").changes).toMatchObject([{ action }]);
  });

  it("leaves out what stays as it is, and data sources", () => {
    const same = { address: "vault_mount.x", actions: ["no-op"], before: {}, after: {} };
    const data = { address: "data.vault_policy.x", mode: "data", actions: ["read"], before: null, after: {} };
    expect(readPlan(planJson({ changes: [same, data] }), "plan.json").changes).toEqual([]);
  });

  it("tells what is known later, what it is replaced for, and what is left of an earlier replacement", () => {
    const change = {
      address: "vault_mount.x",
      actions: ["delete", "create"],
      before: { path: "a", accessor: "one" },
      after: { path: "b" },
      after_unknown: { accessor: true, options: [{ deep: true }], path: false, list: [] },
      replace_paths: [["path"], ["options", 0, "x"]],
    };
    const left = { address: "vault_mount.x", actions: ["delete"], deposed: "0a1b", before: {}, after: null };
    expect(readPlan(planJson({ changes: [change, left] }), "plan.json").changes).toMatchObject([
      { address: "vault_mount.x", unknown: ["accessor", "options"], replacedFor: ["path", "options"] },
      { address: "vault_mount.x (deposed 0a1b)", action: "delete", after: undefined },
    ]);
  });

  it("reads the resources of modules within modules", () => {
    const resource = {
      address: "module.a.module.b.vault_mount.x",
      mode: "managed",
      type: "vault_mount",
      values: { path: "x" },
    };
    const data = { ...resource, address: "data.vault_mount.y", mode: "data" };
    const planned = { root_module: { child_modules: [{ child_modules: [{ resources: [resource, data] }] }] } };
    expect(readPlan(planJson({ extra: { planned_values: planned } }), "plan.json").resources).toEqual([
      { address: resource.address, type: "vault_mount", attributes: { path: "x" } },
    ]);
  });
});
