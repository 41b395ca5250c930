import { formatDuration } from "../../constructs/core/duration";
import type { Attributes, ResourceChange } from "./plan";

/** A text that is there and not empty. */
export function textOf(attributes: Attributes | undefined, name: string): string | undefined {
  const value = attributes?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The texts of a list; empty where there is none. */
export function listOf(attributes: Attributes | undefined, name: string): string[] {
  const value = attributes?.[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The one block of that name, or an object. */
export function blockOf(attributes: Attributes | undefined, name: string): Attributes | undefined {
  const value = attributes?.[name];
  const [first] = Array.isArray(value) ? (value as unknown[]) : [value];
  return typeof first === "object" && first !== null ? (first as Attributes) : undefined;
}

/** What Terraform writes where nothing is set. */
export function isUnset(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Names of the attributes that differ, unless they merely say nothing in another way. */
export function differing({ before, after, unknown }: ResourceChange): string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...unknown])];
  return names.filter((name) => {
    if (unknown.includes(name)) return true;
    const [old, now] = [before?.[name], after?.[name]];
    return !(isUnset(old) && isUnset(now)) && JSON.stringify(old) !== JSON.stringify(now);
  });
}

/** Whether what is there before is not there afterwards, at least for a while. */
export function isGone({ action }: ResourceChange): boolean {
  return action === "delete" || action === "replace";
}

/** Whether it is there on both sides. */
export function isKept({ action }: ResourceChange): boolean {
  return action === "update" || action === "replace";
}

/** Whether it is written to the server. */
export function isWritten(change: ResourceChange): boolean {
  return isKept(change) || change.action === "create";
}

/** Seconds of a TTL as the provider keeps it: a number, or a text such as `1h` or `3600`. */
export function secondsOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(d|h|ms|m|s)/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join("") !== value) return undefined;
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 };
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? "s"] ?? 1), 0);
}

/** Seconds as a person says them. */
export function timeWords(seconds: number): string {
  return Number.isInteger(seconds) && seconds > 0 ? formatDuration(seconds) : `${seconds}s`;
}

/** What a list of names is in a sentence. */
export function listed(names: readonly string[], most = 8): string {
  return names.length > most ? `${names.slice(0, most).join(", ")} and ${names.length - most} more` : names.join(", ");
}

/** Why Terraform replaces it, as the end of a sentence. */
export function becauseOf({ replacedFor }: ResourceChange): string {
  return replacedFor.length === 0 ? "" : ` because ${listed(replacedFor)} can't be changed in place`;
}

/** Secrets engines, whatever resource declares them. */
export function isMount(type: string): boolean {
  return /^vault_(mount|database_secrets_mount|(\w+_)?secret_backend)$/.test(type);
}

/** What outlives an AWS engine, as the end of a sentence about its destruction; nothing of other engines. */
export function whatAwsKeeps(type: string): string {
  return type === "vault_aws_secret_backend"
    ? "; sessions live on until they end by themselves, and a key that Vault made for itself stays good in AWS with nobody to know it"
    : "";
}

export function isAuthMethod(type: string): boolean {
  return /^vault_(\w+_)?auth_backend$/.test(type);
}

/** Roles by which somebody logs in. */
export function isLoginRole(type: string): boolean {
  return /^vault_\w+_auth_backend_(role|user|group|cert|team)$/.test(type) || type === "vault_cert_auth_backend_role";
}

export const connectionType = "vault_database_secret_backend_connection";
export const roleType = "vault_database_secret_backend_role";
export const staticRoleType = "vault_database_secret_backend_static_role";

/** Keys and certificates of certificate authorities, and what they are made of. */
export function isPkiAuthority(type: string): boolean {
  return /^vault_pki_secret_backend_(root_cert|key|issuer|root_sign_intermediate|intermediate_(set_signed|cert_request))$/.test(
    type,
  );
}

/** Parts of a PKI mount's configuration that the provider has no resource of its own for. */
export function isPkiSetting(type: string, attributes: Attributes | undefined): boolean {
  return type === "vault_generic_endpoint" && /\/config\/(crl|acme|auto-tidy)$/.test(textOf(attributes, "path") ?? "");
}

/** A path without the slashes around it, since Vault takes it either way. */
export function pathOf(attributes: Attributes | undefined, name = "path"): string | undefined {
  return textOf(attributes, name)?.replace(/^\/+|\/+$/g, "");
}

/** How a person calls a role or a connection. */
export function nameOf(attributes: Attributes | undefined, address: string): string {
  const mount = pathOf(attributes, "backend");
  const name = textOf(attributes, "name") ?? textOf(attributes, "role_name") ?? textOf(attributes, "role") ?? address;
  return mount === undefined ? name : `${mount}/${name}`;
}

/** Whether the provider would write it to another name, and leave the old one on the server. */
export function isRenamed({ action, before, after, unknown }: ResourceChange): boolean {
  if (action !== "update" || unknown.includes("name") || unknown.includes("backend")) return false;
  return textOf(before, "name") !== textOf(after, "name") || pathOf(before, "backend") !== pathOf(after, "backend");
}

/** Where the leases of a database role are. */
export function leasePrefix(attributes: Attributes | undefined): string {
  return `${pathOf(attributes, "backend") ?? "<mount>"}/creds/${textOf(attributes, "name") ?? "<role>"}`;
}

const engineBlocks = [
  "postgresql",
  "mysql",
  "mysql_aurora",
  "mysql_rds",
  "mysql_legacy",
  "mongodb",
  "mongodbatlas",
  "mssql",
  "oracle",
  "hana",
  "cassandra",
  "couchbase",
  "elasticsearch",
  "influxdb",
  "redis",
  "redis_elasticache",
  "redshift",
  "snowflake",
] as const;

/** The engine of a connection and what is set for it. */
export function engineOf(attributes: Attributes | undefined): { engine: string; settings: Attributes } | undefined {
  for (const engine of engineBlocks) {
    const settings = blockOf(attributes, engine);
    if (settings !== undefined) return { engine, settings };
  }
  return undefined;
}
