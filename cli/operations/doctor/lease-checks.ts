import { z } from "zod";
import { messageOf } from "../../../constructs/core/errors";
import type { DatabaseDefinition } from "../../../environments/databases/schema";
import type { DatabaseAdministrator } from "../../database/administrator";
import { reportOrphans } from "../../database/orphans";
import type { VaultClient } from "../../vault-client";
import { readContents } from "../server-contents";
import type { Diagnosis } from "./diagnosis";

/** Many live leases make a failover slow: each is loaded by the node that becomes active. */
const manyLeases = 100_000;

export async function leases(vault: VaultClient): Promise<Diagnosis[]> {
  const check = "leases";
  const irrevocable = await vault.irrevocableLeases();
  const contents = await readContents(vault);
  const count = Object.values(contents.leases).reduce((sum, each) => sum + each, 0);
  const found: Diagnosis[] = [];
  if (irrevocable.length > 0) {
    const mounts = [...new Set(irrevocable.map((id) => id.replace(/\/creds\/.*$/, "")))].join(", ");
    found.push({
      check,
      verdict: "problem",
      finding: `${irrevocable.length} could not be revoked, of ${mounts}: their users may still be there`,
      remedy: "run leasehold database orphans ENVIRONMENT DATABASE --clean: docs/runbooks/orphaned-users.md",
    });
  }
  if (contents.unseen.includes("sys/leases/lookup")) {
    found.push({
      check,
      verdict: "unseen",
      finding: "they can't be listed",
      remedy: "use a token that may list sys/leases/lookup, with sudo",
    });
  } else if (count > manyLeases) {
    found.push({
      check,
      verdict: "warning",
      finding: `${count} are live`,
      remedy: "shorten TTLs, and see which client asks again and again: the audit log tells",
    });
  } else found.push({ check, verdict: "ok", finding: `${count} are live` });
  return found;
}

/** Users that no lease will end. */
export async function orphans(
  vault: VaultClient,
  database: DatabaseDefinition,
  administrator: DatabaseAdministrator,
): Promise<Diagnosis[]> {
  const check = `orphans of ${database.name}`;
  try {
    const report = await reportOrphans(vault, database, administrator);
    const count = report.orphans.length + report.expired.length + report.strangerSessions;
    if (count === 0) return [{ check, verdict: "ok", finding: `none among ${report.users} users` }];
    return [
      {
        check,
        verdict: "problem",
        finding: `${report.orphans.length} users without a lease, ${report.expired.length} past their end, ${report.strangerSessions} sessions of users that are gone`,
        remedy: `run leasehold database orphans ENVIRONMENT ${database.name} --clean: docs/runbooks/orphaned-users.md`,
      },
    ];
  } catch (thrown) {
    return [
      { check, verdict: "unseen", finding: messageOf(thrown), remedy: "mend what it says, or use another login" },
    ];
  }
}

const tokenAnswer = z.object({
  data: z.object({
    ttl: z.number(),
    policies: z.array(z.string()),
    period: z.number().optional(),
    renewable: z.boolean().optional(),
    num_uses: z.number().default(0),
    display_name: z.string().default(""),
  }),
});

/** What the token in hand is, and for how long. */
export async function token(vault: VaultClient): Promise<Diagnosis[]> {
  const check = "token in VAULT_TOKEN";
  const { data } = await vault.read("auth/token/lookup-self", tokenAnswer);
  if (data.policies.includes("root")) {
    return [
      {
        check,
        verdict: "warning",
        finding: `it is a root token${data.ttl === 0 ? " that never ends" : ""}`,
        remedy: "work with a login that may do less, and revoke it: vault token revoke -self",
      },
    ];
  }
  if (data.ttl === 0) {
    return [
      {
        check,
        verdict: "warning",
        finding: "it never ends",
        remedy: "use one with a TTL: a lost token is good for ever",
      },
    ];
  }
  const minutes = Math.floor(data.ttl / 60);
  if (data.ttl < 600) {
    return [
      {
        check,
        verdict: "warning",
        finding: `it ends in ${minutes} minutes`,
        remedy: "renew it, or log in again, before a long piece of work",
      },
    ];
  }
  return [{ check, verdict: "ok", finding: `it ends in ${minutes} minutes${data.period ? ", and is periodic" : ""}` }];
}
