import { issuesCredentials, mountArguments } from "../../core/credential-issuers";
import { alwaysError } from "../../core/rule";
import { listOf, resourcesOf, textOf } from "../declaration";
import type { DeclaredResource, Guardrail } from "../guardrail";
import { auditPage, auditType } from "./audit";

export const auditFirst: Guardrail = {
  id: "LH-SYS-004",
  title: "audit devices come before what lets credentials out",
  why: "whoever is quick has a credential that no audit entry tells of, at the first deployment and at the last",
  remedy:
    "declare the device as a FileAuditDevice, SyslogAuditDevice or SocketAuditDevice, which sees to it, or add depends_on",
  severity: alwaysError,
  references: [auditPage, "https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on"],
  check: (declaration) => {
    const devices = resourcesOf(declaration, auditType);
    if (devices.length === 0) return [];
    const issuing = declaration.resources.filter(({ type }) => issuesCredentials(type));
    const waits = (resource: DeclaredResource) => {
      const named = listOf(resource.arguments, "depends_on");
      return devices.every(({ address }) => named.includes(address));
    };
    const waiting = issuing.filter(waits);
    // A mount is known by its path, and by its address where what is in it names another attribute.
    const safe = new Set(
      waiting.flatMap(({ address, arguments: given }) => [address, textOf(given, "path") ?? []].flat()),
    );
    return issuing
      .filter((resource) => !waits(resource) && !mountsOf(resource).some((mount) => safe.has(mount)))
      .map((resource) => ({
        resource,
        problem: `it does not wait for ${devices.map(({ construct }) => construct).join(" and ")}`,
      }));
  },
};

/** What it calls the mount that it is in: its path, or the address of a resource. What is written anywhere is below its mount. */
function mountsOf({ type, arguments: given }: DeclaredResource): string[] {
  const named = mountArguments.flatMap((argument) => textOf(given, argument) ?? []);
  const all = type === "vault_generic_endpoint" ? named.flatMap(aboves) : named;
  return all.map((name) => /^\$\{(\w+\.[\w-]+)\.\w+\}$/.exec(name)?.[1] ?? name);
}

/** A path, and each that it is below. */
function aboves(path: string): string[] {
  const names = path.split("/");
  return names.map((_, at) => names.slice(0, at + 1).join("/"));
}
