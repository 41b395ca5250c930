import type { DynamicUser } from "./administrator";

/** A lease of a database role. */
export interface RoleLease {
  readonly id: string;
  readonly role: string;
  /** Milliseconds since 1970. */
  readonly issued: number;
  readonly expires: number | undefined;
}

/** A user that has no live lease. */
export interface Orphan {
  readonly user: DynamicUser;
  /** Whether it is this very user. Of users that were made together, Vault does not tell which one a lease is of. */
  readonly certain: boolean;
}

/** How long after its user a lease may be registered, in milliseconds, and how far their ends may lie apart. */
const closely = 3_000;
const loosely = 90_000;

/**
 * The users that no lease is of.
 *
 * Vault does not say which user a lease is of. What it says is the role, when the lease began and when it ends; the user's
 * name begins with the role's, and the server knows when the user was made and until when it is valid. In the order in which
 * they were made, each lease is given a user that fits it closely, or else one that fits it loosely, as after a slow answer.
 * Whoever is left has none; it is certain unless it would fit a lease as well as the one that was given it.
 */
export function findOrphans(
  users: readonly DynamicUser[],
  leases: readonly RoleLease[],
  names: RoleNames = new RoleNames(leases.map(({ role }) => role)),
): Orphan[] {
  const beginnings = new Set([
    ...users.map(({ name }) => names.beginningOf(name)),
    ...leases.map(({ role }) => names.shorten(role)),
  ]);
  return [...beginnings].flatMap((beginning) =>
    orphansAmong(
      users.filter(({ name }) => names.beginningOf(name) === beginning),
      leases.filter(({ role }) => names.shorten(role) === beginning),
    ),
  );
}

/**
 * Which role a user is of, as far as its name tells: the template puts the beginning of the role's name into it. Roles whose
 * names begin alike can't be told apart, and count as one.
 */
export class RoleNames {
  private readonly beginnings: readonly string[];

  constructor(
    roles: readonly string[],
    /** How much of a role's name the template keeps: 14 characters in PostgreSQL, 9 in MySQL. */
    private readonly length = 14,
  ) {
    this.beginnings = [...new Set(roles.map((role) => this.shorten(role)))].sort((a, b) => b.length - a.length);
  }

  shorten(role: string): string {
    return role.slice(0, this.length);
  }

  /** The longest that fits; undefined where the user is of none of the roles. */
  beginningOf(username: string): string | undefined {
    return this.beginnings.find((beginning) => username.startsWith(`v-${beginning}-`));
  }
}

function orphansAmong(users: readonly DynamicUser[], leases: readonly RoleLease[]): Orphan[] {
  const close = give([...users], [...leases], closely);
  const loose = give(close.users, close.leases, loosely);
  const doubtful = [...loose.given, ...loose.leases];
  return loose.users.map((user) => ({
    user,
    certain:
      !leases.some((lease) => fits(user, lease, closely)) && !doubtful.some((lease) => fits(user, lease, loosely)),
  }));
}

/** Gives each lease the first user that fits; returns what is left of both, and the leases that were given one. */
function give(users: readonly DynamicUser[], leases: readonly RoleLease[], slackMs: number) {
  const free = [...users].sort((a, b) => (a.created ?? 0) - (b.created ?? 0));
  const given: RoleLease[] = [];
  const left: RoleLease[] = [];
  for (const lease of [...leases].sort((a, b) => a.issued - b.issued)) {
    const at = free.findIndex((user) => fits(user, lease, slackMs));
    if (at < 0) left.push(lease);
    else {
      free.splice(at, 1);
      given.push(lease);
    }
  }
  return { users: free, leases: left, given };
}

function fits(user: DynamicUser, lease: RoleLease, slackMs: number): boolean {
  if (user.created !== undefined) {
    const delay = lease.issued - user.created;
    // The time of making is in whole seconds.
    if (delay < -2_000 || delay > slackMs) return false;
  }
  if (user.validUntil === undefined || lease.expires === undefined) return true;
  return Math.abs(user.validUntil - lease.expires) <= slackMs + 5_000; // Vault adds 5 s to a user's end
}
