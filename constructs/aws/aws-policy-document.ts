import { LeaseholdError, show } from "../core/errors";

/** The values of one condition: `{ "aws:SourceVpc": ["vpc-0123456789abcdef0"] }`. */
export type AwsConditionKeys = Readonly<Record<string, readonly string[]>>;

/**
 * One statement of an IAM policy. It says whom it is about by nothing: that is whoever holds the credentials.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface AwsPolicyStatement {
  /** Letters and digits, once in a policy. @default none */
  readonly sid?: string | undefined;
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny" | undefined;
  /** Such as `s3:GetObject`; `*` stands for any text. Either these or `notActions`. */
  readonly actions?: readonly string[] | undefined;
  /** All actions but these. */
  readonly notActions?: readonly string[] | undefined;
  /** ARNs, or `*`. Either these or `notResources`. */
  readonly resources?: readonly string[] | undefined;
  /** All resources but these. */
  readonly notResources?: readonly string[] | undefined;
  /** By operator, such as `{ StringEquals: { "aws:RequestedRegion": ["eu-central-1"] } }`. @default none */
  readonly conditions?: Readonly<Record<string, AwsConditionKeys>> | undefined;
}

/** AWS refuses longer ones, of a user as of a session. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const longest = 2048;

/** `iam:*`, `s3:Get*`, or `*` alone. */
const actionForm = /^(?:\*|[a-z][a-z0-9-]*:[A-Za-z0-9*?]+)$/;
const resourceForm = /^(?:\*|arn:[^\s"\\]+)$/;
const operatorForm = /^(?:For(?:All|Any)[VS]\w+:)?[A-Z][A-Za-z]+$/;
const keyForm = /^[a-z][\w-]*:[\w./:${}@-]+$/i;

/**
 * An IAM policy as AWS takes it. The same statements give the same text, whatever the order of what is in them.
 *
 * @throws LeaseholdError that names `where` and the field which can't be used.
 */
export function renderAwsPolicy(where: string, field: string, statements: readonly AwsPolicyStatement[]): string {
  if (statements.length === 0) {
    throw new LeaseholdError(where, `${field} has no statement`, "give one at least, or leave it out");
  }
  const sids = statements.flatMap(({ sid }) => (sid === undefined ? [] : [sid]));
  const twice = sids.find((sid, at) => sids.indexOf(sid) !== at);
  if (twice !== undefined) {
    throw new LeaseholdError(
      where,
      `${field} has two statements of sid ${show(twice)}`,
      "name one of the two otherwise",
    );
  }
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement, at) => renderStatement(where, `${field}[${at}]`, statement)),
  });
  if (text.length <= longest) return text;
  throw new LeaseholdError(
    where,
    `${field} is ${text.length} characters long as AWS gets it, and AWS takes ${longest}`,
    "make a managed policy of it in AWS, and name that in policyArns",
  );
}

function renderStatement(where: string, field: string, statement: AwsPolicyStatement): object {
  const { sid, effect = "Allow", conditions = {} } = statement;
  for (const given of Object.keys(statement)) {
    if (!(fields as readonly string[]).includes(given)) {
      throw new LeaseholdError(where, `${field}.${given} is unknown`, `use ${fields.join(", ")}`);
    }
  }
  if (sid !== undefined && !/^[A-Za-z0-9]+$/.test(sid)) {
    throw new LeaseholdError(where, `${field}.sid ${show(sid)} can't be one`, "use letters and digits");
  }
  if (!["Allow", "Deny"].includes(effect)) {
    throw new LeaseholdError(where, `${field}.effect ${show(effect)} is unknown`, "use Allow or Deny");
  }
  const entries = Object.entries(conditions).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    ...either(where, field, statement, "actions", "notActions"),
    ...either(where, field, statement, "resources", "notResources"),
    ...(entries.length === 0
      ? {}
      : {
          Condition: Object.fromEntries(
            entries.map(([operator, keys]) => [
              operator,
              renderCondition(where, `${field}.conditions`, operator, keys),
            ]),
          ),
        }),
  };
}

const fields = ["sid", "effect", "actions", "notActions", "resources", "notResources", "conditions"] as const;

const lists = {
  actions: { name: "Action", form: actionForm, example: '"s3:GetObject"' },
  notActions: { name: "NotAction", form: actionForm, example: '"iam:*"' },
  resources: { name: "Resource", form: resourceForm, example: '"arn:aws:s3:::bucket/*"' },
  notResources: { name: "NotResource", form: resourceForm, example: '"arn:aws:s3:::bucket/*"' },
} as const;

/** The one of two lists that is given. */
function either(
  where: string,
  field: string,
  statement: AwsPolicyStatement,
  list: "actions" | "resources",
  inverted: "notActions" | "notResources",
): Readonly<Record<string, string[]>> {
  const given = [list, inverted].filter((name) => statement[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1) {
    throw new LeaseholdError(
      where,
      `${field} has ${name === undefined ? "neither" : "both"} ${list} ${name === undefined ? "nor" : "and"} ${inverted}`,
      "give one of the two",
    );
  }
  const { name: element, form, example } = lists[name];
  const values = statement[name] ?? [];
  if (values.length === 0) throw new LeaseholdError(where, `${field}.${name} is empty`, "give at least one");
  const bad = values.find((value) => typeof value !== "string" || !form.test(value));
  if (bad !== undefined) {
    throw new LeaseholdError(
      where,
      `${field}.${name} ${show(bad)} is none of AWS's`,
      `write each as in ${example}, or "*"`,
    );
  }
  return { [element]: [...new Set(values)].sort() };
}

function renderCondition(where: string, field: string, operator: string, keys: AwsConditionKeys): object {
  if (!operatorForm.test(operator)) {
    throw new LeaseholdError(where, `${field} ${show(operator)} is no operator`, 'write it as in "StringEquals"');
  }
  const entries = Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) {
    throw new LeaseholdError(where, `${field}.${operator} has no key`, "give one at least, or leave the operator out");
  }
  return Object.fromEntries(
    entries.map(([key, values]) => {
      if (!keyForm.test(key)) {
        throw new LeaseholdError(
          where,
          `${field}.${operator} ${show(key)} is no condition key`,
          'write it as in "aws:SourceIp"',
        );
      }
      if (!Array.isArray(values) || values.length === 0 || values.some((value) => typeof value !== "string")) {
        throw new LeaseholdError(where, `${field}.${operator}.${key} has no values`, "give a list of texts");
      }
      return [key, [...new Set(values as readonly string[])].sort()];
    }),
  );
}
