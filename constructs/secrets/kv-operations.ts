import type { IConstruct } from "constructs";
import type { Capability } from "../../policies/language/capability";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";

/** The first segments of the engine's API. */
type Area = "data" | "metadata" | "delete" | "undelete" | "destroy";

export const kvAreas: readonly string[] = ["data", "metadata", "delete", "undelete", "destroy"] satisfies Area[];

interface Operation {
  /** Begins the reason of its rules. */
  readonly does: string;
  readonly needs: Readonly<Partial<Record<Area, readonly Capability[]>>>;
}

/** What each grant needs in which area. */
export const kvOperations = {
  read: { does: "Reads", needs: { data: ["read"], metadata: ["read"] } },
  write: { does: "Writes", needs: { data: ["create", "update", "patch"] } },
  list: { does: "Lists", needs: { metadata: ["list"] } },
  describe: { does: "Describes", needs: { metadata: ["create", "read", "update", "patch"] } },
  delete: { does: "Deletes", needs: { data: ["delete"], delete: ["update"] } },
  undelete: { does: "Restores", needs: { undelete: ["update"] } },
  destroy: { does: "Destroys", needs: { destroy: ["update"], metadata: ["delete"] } },
} as const satisfies Record<string, Operation>;

export type KvOperation = keyof typeof kvOperations;

/** Which paths of a mount are meant. */
export interface KvTarget {
  /** Path of the mount. */
  readonly mount: string;
  /** Path of a secret or a folder below it. */
  readonly path: string;
  /** Whether what is below the path is meant too. */
  readonly below: boolean;
}

/** Writes the rules of an operation into the subject's policy. */
export function grantKv(
  on: IConstruct,
  subject: IPolicySubject,
  operation: KvOperation,
  { mount, path, below }: KvTarget,
): Grant {
  const { does, needs }: Operation = kvOperations[operation];
  const reason = `${does} ${path}${below ? " and what is below it" : ""} in KV mount ${mount}`;
  return grant(
    on,
    subject,
    ...Object.entries(needs).flatMap(([area, capabilities]) =>
      (below ? ["", "/*"] : [""]).map((end) => ({ path: `${mount}/${area}/${path}${end}`, capabilities, reason })),
    ),
  );
}
