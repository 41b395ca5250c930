import { listOf, resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";

export const awsMountType = "vault_aws_secret_backend";
export const awsRoleType = "vault_aws_secret_backend_role";
export const awsRolePage = "https://developer.hashicorp.com/vault/api-docs/secret/aws#create-update-role";
export const awsMountPage = "https://developer.hashicorp.com/vault/docs/secrets/aws";
export const iamPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html";

/** A role of an AWS mount, whichever resource writes it. */
export interface AwsRole {
  readonly resource: DeclaredResource;
  readonly credentialType: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
}

export function awsRolesOf(declaration: Declaration): AwsRole[] {
  const own = resourcesOf(declaration, awsRoleType).map((resource) => ({ resource, settings: resource.arguments }));
  const written = resourcesOf(declaration, "vault_generic_endpoint").flatMap((resource) => {
    if (!/\/roles\/[^/]+$/.test(textOf(resource.arguments, "path") ?? "")) return [];
    const settings = objectIn(textOf(resource.arguments, "data_json"));
    return settings?.["credential_type"] === undefined ? [] : [{ resource, settings }];
  });
  return [...own, ...written].map(({ resource, settings }) => ({
    resource,
    settings,
    credentialType: textOf(settings, "credential_type"),
  }));
}

/** One statement of an IAM policy, as it is written there. */
export interface IamStatement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  /** All but some of the actions. */
  readonly otherActions: boolean;
  readonly resources: readonly string[];
  /** All but some of the resources. */
  readonly otherResources: boolean;
  readonly keys: readonly string[];
}

/** A policy's version and statements; undefined where it is not given, or not known before the deployment. */
export function iamPolicyOf({
  settings,
}: AwsRole): { readonly version: unknown; readonly statements: readonly IamStatement[] } | "unreadable" | undefined {
  const text = textOf(settings, "policy_document");
  // A policy's own variables are written with two dollars where Terraform reads them.
  if (text === undefined || /(?:^|[^$])\$\{/.test(text)) return undefined;
  const document = objectIn(text.replace(/([$%])\1\{/g, "$1{"));
  const statements = [document?.["Statement"]].flat().map(statementOf);
  if (document === undefined || statements.includes(undefined)) return "unreadable";
  return { version: document["Version"], statements: statements.filter((each) => each !== undefined) };
}

function statementOf(given: unknown): IamStatement | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const element = (name: string): string[] => {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    return typeof value === "string" ? [value] : listOf({ value }, "value");
  };
  const keys = Object.keys(given);
  return {
    allows: element("Effect")[0] !== "Deny",
    actions: element("Action"),
    otherActions: keys.includes("NotAction"),
    resources: element("Resource"),
    otherResources: keys.includes("NotResource"),
    keys,
  };
}

/** Whether a statement is about whatever there is. */
export function isOnEverything({ resources, otherResources }: IamStatement): boolean {
  return otherResources || resources.some((resource) => /^\*+$/.test(resource));
}

function objectIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
