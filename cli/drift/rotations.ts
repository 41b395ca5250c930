import { z } from "zod";
import type { VaultClient } from "../vault-client";
import type { DeclaredNames } from "./declared-names";
import { joinLooks, type Look } from "./finding";
import { lookAt, nothing } from "./looking";
import { Schedule } from "./schedule";

/** Vault looks every five seconds for what is due, and rotates one after the other. */
const leastGraceMs = 15_000;
const mostGraceMs = 60_000;

/**
 * What Vault tells of a static role, without its password.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#read-static-role
 */
const staticRole = z.object({
  username: z.string(),
  last_vault_rotation: z.string().optional(),
  rotation_period: z.number().optional(),
  rotation_schedule: z.string().optional(),
});

export type StaticRoleState = z.output<typeof staticRole>;

const staticRoleAnswer = z.object({ data: staticRole });

/** The static roles of the declared mounts, declared or not, whose password should have been changed by now. */
export async function findMissedRotations(vault: VaultClient, declared: DeclaredNames, now: number): Promise<Look> {
  const looks: Look[] = [];
  for (const { path } of declared.listings().filter(({ noun }) => noun === "static role")) {
    looks.push(
      await lookAt(path, async () => {
        const names = await vault.list(path);
        const each: Look[] = [];
        for (const name of names) {
          each.push(
            await lookAt(`${path}/${name}`, async () => {
              const { data } = await vault.read(`${path}/${name}`, staticRoleAnswer);
              return judgeRotation(`${path}/${name}`, data, now);
            }),
          );
        }
        return joinLooks(each);
      }),
    );
  }
  return joinLooks(looks);
}

/** Whether a static role's password is older than it may be. */
export function judgeRotation(what: string, state: StaticRoleState, now: number): Look {
  const { username, last_vault_rotation: last, rotation_period: period, rotation_schedule: schedule } = state;
  const remedy = "see whether Vault's server still logs in to the database (leasehold drift --probe), then rotate it";
  if (last === undefined) {
    const problem = `Vault has never changed the password of ${username}`;
    return { ...nothing, findings: [{ kind: "missed-rotation", what, problem, remedy }] };
  }
  const rotated = Date.parse(last);
  const due = dueAfter(rotated, period, schedule);
  if (due === undefined) {
    return { ...nothing, unseen: [`${what}: its rotation ${schedule ?? "without a period"} can't be read`] };
  }
  const grace = Math.min(mostGraceMs, Math.max(leastGraceMs, due - rotated));
  if (due + grace >= now) return nothing;
  const problem =
    `the password of ${username} was to be changed at ${new Date(due).toISOString()}, ` +
    `and was changed last at ${new Date(rotated).toISOString()}`;
  return { ...nothing, findings: [{ kind: "missed-rotation", what, problem, remedy }] };
}

function dueAfter(rotated: number, period: number | undefined, schedule: string | undefined): number | undefined {
  if (schedule !== undefined && schedule !== "") return Schedule.of(schedule)?.next(rotated);
  return period === undefined || period === 0 ? undefined : rotated + period * 1000;
}
