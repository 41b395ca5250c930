import { z } from "zod";
import { duplicates, type Misfit } from "../misfit";
import type { PolicyRule } from "../../policies/language/policy-rule";

/**
 * Pages that may use Vault from a browser.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/config-cors
 */
export const cors = z.strictObject({
  /** Each as browsers name it: `https://portal.company.com`. */
  allowedOrigins: z.array(z.string().min(1)).min(1),
  /** Headers that their requests may have besides Vault's own. @default none */
  allowedHeaders: z.array(z.string().min(1)).optional(),
});

/**
 * A header that the user interface is served with.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/config-ui
 */
export const uiHeader = z.strictObject({ name: z.string().min(1), value: z.string().min(1) });

export interface WithBrowser {
  readonly cors?: z.output<typeof cors> | undefined;
  readonly uiHeaders: readonly z.output<typeof uiHeader>[];
}

/** Headers that are there twice, however they are written. */
export function checkUiHeaders({ uiHeaders }: WithBrowser): Misfit[] {
  return duplicates(
    "UI header",
    uiHeaders.map(({ name }, at) => ({ name: name.toLowerCase(), path: ["uiHeaders", at, "name"] })),
  );
}

/** What whoever deploys them needs. Vault keeps all of this for sudo. */
export function browserRules({ cors: declared, uiHeaders }: WithBrowser): PolicyRule[] {
  const rule = (path: string, reason: string): PolicyRule => ({
    path,
    capabilities: ["create", "read", "update", "delete", "sudo"],
    reason,
  });
  return [
    ...(declared === undefined ? [] : [rule("sys/config/cors", "Says which pages may use Vault from a browser")]),
    ...uiHeaders.map(({ name }) => rule(`sys/config/ui/headers/${name}`, `Has the user interface answer with ${name}`)),
  ];
}
