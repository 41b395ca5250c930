import type { PolicyRule } from "../../../policies/language/policy-rule";
import { readPolicyText } from "../../../policies/parser/parse-policy";
import { LeaseholdError } from "../../core/errors";
import { resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";

/** A policy as Vault will get it, whoever wrote its text. */
export interface DeclaredPolicy {
  readonly resource: DeclaredResource;
  readonly name: string;
  /** Empty where the text can't be read, or is known at the apply only. */
  readonly rules: readonly PolicyRule[];
  readonly unreadable?: LeaseholdError | undefined;
}

const known = new WeakMap<Declaration, readonly DeclaredPolicy[]>();

export function policiesOf(declaration: Declaration): readonly DeclaredPolicy[] {
  const policies = known.get(declaration) ?? resourcesOf(declaration, "vault_policy").map(read);
  known.set(declaration, policies);
  return policies;
}

function read(resource: DeclaredResource): DeclaredPolicy {
  const name = (textOf(resource.arguments, "name") ?? "").toLowerCase();
  const text = textOf(resource.arguments, "policy") ?? "";
  if (/^\s*\$\{[^{}]*\}\s*$/.test(text)) return { resource, name, rules: [] };
  try {
    return { resource, name, rules: readPolicyText(withoutReferences(text), { file: `policy ${name}` }).rules };
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    return { resource, name, rules: [], unreadable: thrown };
  }
}

/** An accessor that Terraform looks up is that of a mount, as our rules name it; what else it fills in is some word. */
function withoutReferences(text: string): string {
  return text.replace(/\$\{[^{}]*?(\.accessor)?\}/g, (_, accessor?: string) =>
    accessor === undefined ? "reference" : "@reference",
  );
}
