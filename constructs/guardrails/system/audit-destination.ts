import { alwaysError } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { DeclaredResource, Guardrail } from "../guardrail";
import { auditPage, auditType } from "./audit";

export const auditDestination: Guardrail = {
  id: "LH-SYS-002",
  title: "audit devices do not share a destination",
  why: "they fail together, so that the second one is none, and what they write is mixed",
  remedy: "give one of the two another file, socket or type",
  severity: alwaysError,
  references: [auditPage],
  check: (declaration) => {
    const first = new Map<string, DeclaredResource>();
    return resourcesOf(declaration, auditType).flatMap((resource) => {
      const destination = destinationOf(resource);
      if (destination === undefined) return [];
      const other = first.get(destination);
      if (other !== undefined) {
        return [{ resource, problem: `it writes to ${destination}, and so does ${other.construct}` }];
      }
      first.set(destination, resource);
      return [];
    });
  },
};

function destinationOf({ arguments: given }: DeclaredResource): string | undefined {
  const options = (given["options"] ?? {}) as Readonly<Record<string, unknown>>;
  if (given["type"] === "syslog") return "syslog";
  return textOf(options, "file_path") ?? textOf(options, "path") ?? textOf(options, "address");
}
