import { type Duration, parseDuration } from "../../core/duration";
import { LeaseholdError } from "../../core/errors";
import type { StatementSet, TableAccess } from "./statement-set";

/** What a plug-in runs whose language is not known here. */
export interface CustomStatementLists {
  /** Run for each new user. */
  readonly creation: readonly string[];
  /**
   * Run when a lease ends, perhaps several times. `{ pluginDefault: true }` says that what the plug-in does by itself was
   * looked at and serves: some leave what the user owns, or its sessions, and some fail because of them.
   */
  readonly revocation: readonly string[] | { readonly pluginDefault: true };
  /** Run when a lease is renewed. @default the plug-in's */
  readonly renewal?: readonly string[] | undefined;
  /** How long the statements let a user live at most, where they set an end that a renewal doesn't move. @default none */
  readonly longestTtl?: Duration | undefined;
}

/**
 * Statements for a database plug-in that has no statement sets of its own here. Hardly anything can be checked of them: try
 * them on a server, with a user that owns something and has a session open when it is revoked.
 *
 * @see https://developer.hashicorp.com/vault/docs/secrets/databases#database-capabilities
 */
export class CustomStatements implements StatementSet {
  readonly dialect = "other";
  readonly groups: readonly string[] = [];
  readonly definedGroups: Readonly<Record<string, TableAccess>> = {};
  readonly access: TableAccess = {};

  private constructor(
    readonly creation: readonly string[],
    readonly revocation: readonly string[],
    readonly renewal: readonly string[],
    readonly longestTtl: number | undefined,
  ) {}

  /**
   * Statements as the plug-in wants them.
   *
   * @throws LeaseholdError when there is no revocation and it was not left to the plug-in, or longestTtl is no duration.
   */
  static of({ creation, revocation, renewal = [], longestTtl }: CustomStatementLists): CustomStatements {
    const where = "CustomStatements.of";
    return new CustomStatements(
      creation,
      requireRevocation(where, revocation),
      renewal,
      longestTtl === undefined ? undefined : parseDuration(where, "longestTtl", longestTtl),
    );
  }
}

/** Callers whose types were not checked may have left it out, or have written `pluginDefault: false`. */
function requireRevocation(
  where: string,
  revocation: CustomStatementLists["revocation"] | undefined,
): readonly string[] {
  if (revocation !== undefined && "pluginDefault" in revocation && (revocation.pluginDefault as unknown) === true)
    return [];
  if (Array.isArray(revocation) && revocation.length > 0) return revocation as readonly string[];
  throw new LeaseholdError(
    where,
    "revocation is empty",
    "give the statements that drop a user, or { pluginDefault: true } where what the plug-in does by itself serves",
  );
}
