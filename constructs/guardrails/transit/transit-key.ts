import { resourcesOf } from "../declaration";
import { type Declaration, type GuardrailFinding } from "../guardrail";

export const transitPage = "https://developer.hashicorp.com/vault/api-docs/secret/transit#create-key";

/** The keys of which an argument is true. */
export function keysWith(declaration: Declaration, argument: string): GuardrailFinding[] {
  return resourcesOf(declaration, "vault_transit_secret_backend_key")
    .filter(({ arguments: given }) => given[argument] === true)
    .map((resource) => ({ resource, problem: `${argument} is true` }));
}
