import { requireExactArn } from "../aws/aws-names";
import { renderAwsPolicy } from "../aws/aws-policy-document";
import { requireChoice } from "../core/choices";
import { parseDuration, parseTtlPair } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireText } from "../core/texts";
import {
  awsCredentialTypes,
  awsRoleFields,
  type AwsRoleField,
  type AwsSecretsRoleOptions,
  longestStsTtl,
  shortestStsTtl,
} from "./aws-credential-types";

/** Of a role, as the provider takes it. */
export type AwsRoleAttributes = Readonly<Record<string, string | number | string[] | Record<string, string>>>;

const managedPolicies = { sts: 10, user: 20 } as const;

/**
 * A role's options as the provider takes them.
 *
 * @throws LeaseholdError that names `where` and the field which can't be used, or not for this type of credentials.
 */
export function awsRoleAttributes(where: string, options: AwsSecretsRoleOptions): AwsRoleAttributes {
  const { credentialType } = options;
  requireChoice(where, "credentialType", credentialType, awsCredentialTypes);
  refuseForeignFields(where, options);
  const attributes = {
    ...("policyDocument" in options || "policyArns" in options || "iamGroups" in options
      ? permissionAttributes(where, options)
      : {}),
    ...(options.credentialType === "iam_user" ? userAttributes(where, options) : stsAttributes(where, options)),
  };
  requirePermissions(where, options, attributes);
  return attributes;
}

function refuseForeignFields(where: string, options: AwsSecretsRoleOptions): void {
  const known = new Set<string>(Object.values(awsRoleFields).flat());
  const foreign = Object.entries(options).find(
    ([field, value]) =>
      value !== undefined && known.has(field) && !awsRoleFields[options.credentialType].includes(field as AwsRoleField),
  );
  if (foreign === undefined) return;
  const [field] = foreign;
  const having = awsCredentialTypes.filter((type) => awsRoleFields[type].includes(field as AwsRoleField));
  throw new LeaseholdError(
    where,
    `${field} is given, and credentialType is ${options.credentialType}`,
    `leave it out: ${having.join(", ")} ${having.length === 1 ? "has" : "have"} it${
      field.endsWith("StsTtl") ? "; users live as long as defaultLeaseTtl and maxLeaseTtl of the mount say" : ""
    }`,
  );
}

function permissionAttributes(
  where: string,
  options: Exclude<AwsSecretsRoleOptions, { credentialType: "session_token" }>,
): AwsRoleAttributes {
  const { policyDocument, policyArns = [], iamGroups = [], credentialType } = options;
  const most = managedPolicies[credentialType === "iam_user" ? "user" : "sts"];
  if (policyArns.length > most) {
    throw new LeaseholdError(
      where,
      `policyArns has ${policyArns.length} policies, and AWS takes ${most} for ${credentialType}`,
      "join some of them",
    );
  }
  const arns = policyArns.map((arn) => requireExactArn(where, "policyArns", arn, "policy"));
  const groups = iamGroups.map((group) => requireForm(where, "iamGroups", group, /^[\w+=,.@-]{1,128}$/, "developers"));
  return {
    ...(policyDocument === undefined
      ? {}
      : { policyDocument: verbatim(renderAwsPolicy(where, "policyDocument", policyDocument)) }),
    ...(arns.length === 0 ? {} : { policyArns: sorted(arns) }),
    ...(groups.length === 0 ? {} : { iamGroups: sorted(groups) }),
  };
}

/** Policies of AWS's hold `${aws:username}`, which is not for Terraform to fill in. */
function verbatim(text: string): string {
  return text.replace(/([$%])\{/g, "$1$1{");
}

function userAttributes(
  where: string,
  { permissionsBoundaryArn, userPath, iamTags }: Extract<AwsSecretsRoleOptions, { credentialType: "iam_user" }>,
): AwsRoleAttributes {
  return {
    ...(permissionsBoundaryArn === undefined
      ? {}
      : {
          permissionsBoundaryArn: requireExactArn(where, "permissionsBoundaryArn", permissionsBoundaryArn, "policy"),
        }),
    ...(userPath === undefined
      ? {}
      : { userPath: requireForm(where, "userPath", userPath, /^\/(?:[\w+=,.@/-]{1,510}\/)?$/, "/vault/") }),
    ...(iamTags === undefined ? {} : { iamTags: tags(where, "iamTags", iamTags) }),
  };
}

function stsAttributes(
  where: string,
  options: Exclude<AwsSecretsRoleOptions, { credentialType: "iam_user" }>,
): AwsRoleAttributes {
  return {
    ...ttlAttributes(where, options),
    ...(options.credentialType === "assumed_role" ? sessionAttributes(where, options) : {}),
    ...(options.credentialType === "session_token" && options.mfaSerialNumber !== undefined
      ? {
          mfaSerialNumber: requireForm(
            where,
            "mfaSerialNumber",
            options.mfaSerialNumber,
            /^[\w+=/:,.@-]{9,256}$/,
            "arn:aws:iam::123456789012:mfa/vault",
          ),
        }
      : {}),
  };
}

function ttlAttributes(
  where: string,
  options: Exclude<AwsSecretsRoleOptions, { credentialType: "iam_user" }>,
): AwsRoleAttributes {
  const { defaultStsTtl, maxStsTtl, credentialType } = options;
  const seconds = parseTtlPair(where, { defaultTtl: defaultStsTtl, maxTtl: maxStsTtl }, ["defaultStsTtl", "maxStsTtl"]);
  if (seconds.default < parseDuration(where, "defaultStsTtl", shortestStsTtl)) {
    throw new LeaseholdError(
      where,
      `defaultStsTtl ${defaultStsTtl} is less than AWS makes`,
      `give ${shortestStsTtl} at least`,
    );
  }
  const longest = longestStsTtl[credentialType];
  if (seconds.max > parseDuration(where, "maxStsTtl", longest)) {
    throw new LeaseholdError(
      where,
      `maxStsTtl ${maxStsTtl} is more than AWS makes for ${credentialType}`,
      `give ${longest} at most; a role in AWS has a limit of its own, 1h unless it was raised`,
    );
  }
  return { defaultStsTtl: seconds.default, maxStsTtl: seconds.max };
}

function sessionAttributes(
  where: string,
  { roleArns, sessionTags, externalId }: Extract<AwsSecretsRoleOptions, { credentialType: "assumed_role" }>,
): AwsRoleAttributes {
  if (!Array.isArray(roleArns) || roleArns.length === 0) {
    throw new LeaseholdError(where, "roleArns is empty", "name the roles that can be assumed");
  }
  const arns = (roleArns as readonly string[]).map((arn) => requireExactArn(where, "roleArns", arn, "role"));
  return {
    roleArns: sorted(arns),
    ...(sessionTags === undefined ? {} : { sessionTags: tags(where, "sessionTags", sessionTags) }),
    ...(externalId === undefined
      ? {}
      : { externalId: requireForm(where, "externalId", externalId, /^[\w+=,.@:/-]{2,1224}$/, "company-vault") }),
  };
}

/** Without any, Vault refuses users and federation tokens, or hands out nothing that can be used. */
function requirePermissions(where: string, { credentialType }: AwsSecretsRoleOptions, given: AwsRoleAttributes): void {
  if (credentialType === "assumed_role" || credentialType === "session_token") return;
  if (["policyDocument", "policyArns", "iamGroups"].some((field) => field in given)) return;
  throw new LeaseholdError(
    where,
    `policyDocument, policyArns and iamGroups are all left out, and credentialType is ${credentialType}`,
    "say in one of them what the holder may do",
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
function tags(where: string, field: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0 || entries.length > 50) {
    throw new LeaseholdError(where, `${field} has ${entries.length} tags`, "give 1 to 50, or leave it out");
  }
  const form = /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u;
  for (const [key, value] of entries) {
    requireText(where, `${field} key`, key);
    if (key.length > 128 || !form.test(key) || /^aws:/i.test(key)) {
      throw new LeaseholdError(
        where,
        `${field} ${show(key)} can't be the key of a tag`,
        "use letters, digits, spaces and _.:/=+@-, 128 at most, not beginning with aws:",
      );
    }
    if (typeof value !== "string" || value.length > 256 || !form.test(value)) {
      throw new LeaseholdError(
        where,
        `${field}.${key} ${show(value)} can't be the value of a tag`,
        "use letters, digits, spaces and _.:/=+@-, 256 at most",
      );
    }
  }
  return Object.fromEntries(entries);
}

function requireForm(where: string, field: string, value: string, form: RegExp, example: string): string {
  if (typeof value === "string" && form.test(value)) return value;
  throw new LeaseholdError(where, `${field} ${show(value)} is not of AWS's form`, `write it as in ${example}`);
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
