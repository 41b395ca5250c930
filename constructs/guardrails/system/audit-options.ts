import { resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";
import { auditType } from "./audit";

/** An option of an audit device, which is always text. */
export function auditOption({ arguments: given }: DeclaredResource, option: string): string | undefined {
  const options = (given["options"] ?? {}) as Readonly<Record<string, unknown>>;
  return textOf(options, option)?.toLowerCase();
}

/** The audit devices of which an option is one of some values. */
export function devicesWith(declaration: Declaration, option: string, values: readonly string[]): DeclaredResource[] {
  return resourcesOf(declaration, auditType).filter((device) => values.includes(auditOption(device, option) ?? ""));
}
