import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import type { Action, PlannedResource, ResourceChange, ReviewedPlan } from "./plan";
import { isObject, redactSide, redactSides } from "./redaction";

/** The major version of the form of plans that this reads. */
const knownMajor = 1;

const mask = z.unknown().optional();

const change = z.looseObject({
  address: z.string(),
  mode: z.string().optional(),
  type: z.string(),
  deposed: z.string().optional(),
  change: z.looseObject({
    actions: z.array(z.string()),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    after_unknown: mask,
    before_sensitive: mask,
    after_sensitive: mask,
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  }),
});

const plannedResource = z.looseObject({
  address: z.string(),
  mode: z.string().optional(),
  type: z.string(),
  values: z.record(z.string(), z.unknown()).nullish(),
  sensitive_values: mask,
});

interface PlannedModule {
  readonly resources?: z.output<typeof plannedResource>[] | undefined;
  readonly child_modules?: PlannedModule[] | undefined;
}

const plannedModule: z.ZodType<PlannedModule> = z.looseObject({
  resources: z.array(plannedResource).optional(),
  get child_modules() {
    return z.array(plannedModule).optional();
  },
});

const planFile = z.looseObject({
  terraform_version: z.string().default("not said"),
  resource_changes: z.array(change).default([]),
  resource_drift: z.array(change).default([]),
  planned_values: z.looseObject({ root_module: plannedModule.optional() }).optional(),
});

/**
 * Reads what `terraform show -json` or `tofu show -json` prints of a saved plan. What is secret is gone from what it returns, and
 * no error holds any of the text.
 *
 * @param where Whence the text comes, for errors.
 * @throws LeaseholdError when it is no plan, one that failed, or of a version that this does not know.
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readPlan(text: string, where: string): ReviewedPlan {
  const given = parse(text, where);
  const formatVersion = checkKind(given, where);
  const parsed = planFile.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LeaseholdError(
      where,
      `is no plan that can be read: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it does not fit"}`,
      howToMake,
    );
  }
  const { terraform_version, resource_changes, resource_drift, planned_values } = parsed.data;
  const changes = (list: readonly z.output<typeof change>[]) =>
    list.flatMap((each) => (isReviewed(each) ? changeOf(each, where) : []));
  return {
    formatVersion,
    terraformVersion: terraform_version,
    changes: changes(resource_changes),
    drift: changes(resource_drift),
    resources: planned_values?.root_module === undefined ? [] : resourcesOf(planned_values.root_module),
  };
}

const howToMake = "save one with terraform plan -out=plan, and give what terraform show -json plan prints";

function parse(text: string, where: string): unknown {
  if (text.startsWith("PK")) {
    throw new LeaseholdError(
      where,
      "is a saved plan in Terraform's own format",
      `give what terraform show -json prints`,
    );
  }
  if (text.trim() === "") throw new LeaseholdError(where, "is empty", howToMake);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    const isLog = /^\s*\{.*"@level"/.test(text.slice(0, 2_000));
    throw new LeaseholdError(
      where,
      isLog ? "is the log of terraform plan -json, not a plan" : "is not JSON",
      howToMake,
    );
  }
}

/** The version of its form, if it is a plan at all. */
function checkKind(given: unknown, where: string): string {
  const refuse = (problem: string, remedy = howToMake) => new LeaseholdError(where, problem, remedy);
  if (!isObject(given)) throw refuse("is no plan: it is no JSON object");
  if ("@level" in given) throw refuse("is the log of terraform plan -json, not a plan");
  if ("lineage" in given && "serial" in given) throw refuse("is a state, not a plan");
  const { format_version: version } = given;
  if (typeof version !== "string") {
    const isConfiguration = "terraform" in given || "provider" in given || "resource" in given;
    throw refuse(
      isConfiguration ? "is a configuration (cdk.tf.json), not a plan" : "is no plan: it has no format_version",
    );
  }
  const [, major, minor] = /^(\d{1,9})\.(\d{1,9})$/.exec(version) ?? [];
  if (major === undefined || minor === undefined) throw refuse("has a format_version that is no version such as 1.2");
  if (Number(major) !== knownMajor) {
    throw refuse(
      `is of format version ${major}.${minor}, and ${knownMajor}.x is what can be read`,
      Number(major) > knownMajor ? "use a newer leasehold" : "plan with Terraform 1.11 or later",
    );
  }
  if ("provider_schemas" in given) throw refuse("holds the providers' schemas, not a plan");
  if ("values" in given && !("planned_values" in given)) throw refuse("is a state, not a plan");
  if (given["errored"] === true) {
    throw refuse(
      "is a plan that failed: what it says is not all that would happen",
      "mend what Terraform reported, and plan again",
    );
  }
  if (!("planned_values" in given) && !("resource_changes" in given))
    throw refuse("is no plan: it has no resource_changes");
  return `${major}.${minor}`;
}

function isReviewed({ mode, change: { actions } }: z.output<typeof change>): boolean {
  return (mode ?? "managed") === "managed" && !(actions.length === 1 && actions[0] === "no-op");
}

const actions: Readonly<Record<string, Action>> = {
  create: "create",
  read: "read",
  update: "update",
  delete: "delete",
  "delete,create": "replace",
  "create,delete": "replace",
  // What was there stays, unmanaged, beside what comes in its place.
  "create,forget": "replace",
  "forget,create": "replace",
  forget: "forget",
};

function changeOf(given: z.output<typeof change>, where: string): ResourceChange {
  const { address, type, deposed, change: its } = given;
  const action = actions[its.actions.join(",")];
  if (action === undefined) {
    throw new LeaseholdError(where, `does to ${address} what this review does not know`, "use a newer leasehold");
  }
  const sides = redactSides(
    type,
    { value: its.before, mask: its.before_sensitive },
    { value: its.after, mask: its.after_sensitive },
  );
  const unknown = isObject(its.after_unknown)
    ? Object.entries(its.after_unknown).flatMap(([name, each]) => (anyTrue(each) ? [name] : []))
    : [];
  return {
    address: deposed === undefined ? address : `${address} (deposed ${deposed})`,
    type,
    action,
    before: sides.before.attributes,
    after: sides.after.attributes,
    unknown,
    sensitive: [...new Set([...sides.before.names, ...sides.after.names])].sort().map((name) => ({
      name,
      changes: unknown.includes(name) || !isSame(valueAt(its.before, name), valueAt(its.after, name)),
    })),
    replacedFor: [
      ...new Set((its.replace_paths ?? []).flatMap(([first]) => (first === undefined ? [] : [String(first)]))),
    ],
  };
}

function resourcesOf(module: PlannedModule): PlannedResource[] {
  const own = (module.resources ?? []).flatMap(({ address, mode, type, values, sensitive_values }) => {
    if ((mode ?? "managed") !== "managed") return [];
    return [{ address, type, attributes: redactSide(type, values ?? {}, sensitive_values).attributes ?? {} }];
  });
  return [...own, ...(module.child_modules ?? []).flatMap(resourcesOf)];
}

function anyTrue(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === true;
  return Object.values(value).some(anyTrue);
}

function valueAt(side: unknown, name: string): unknown {
  return isObject(side) ? (side[name] ?? null) : null;
}

/** Terraform writes the attributes of both sides in one order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
