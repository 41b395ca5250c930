import { messageOf } from "../../constructs/core/errors";
import type { IssuedCredentials, VaultClient } from "../vault-client";
import { type Check, mayDo, must } from "./finding";
import type { ProofSession, ProofTarget, ProvenRole, ProvenStaticRole } from "./target";

/** How long a session may outlive its user. */
const sessionGraceMs = 2_000;

/** One role of a database that stands on a throw-away server, tried through a real Vault. */
export class RoleProver {
  constructor(
    private readonly vault: VaultClient,
    private readonly mount: string,
    private readonly target: ProofTarget,
  ) {}

  /** All checks of a dynamic role. A step that fails says so, and the others are tried all the same. */
  async prove(role: ProvenRole): Promise<Check[]> {
    await this.vault.write(`${this.mount}/roles/${role.name}`, {
      db_name: "database",
      creation_statements: role.creation,
      revocation_statements: role.revocation,
      renew_statements: role.renewal,
      default_ttl: role.defaultTtl,
      max_ttl: role.maxTtl,
    });
    const issued = await settle("a user is made", () => this.issue(role));
    if (issued.value === undefined) return [issued.check];
    const user = issued.value;
    return [
      issued.check,
      ...(await this.attempt("it can be used", () => this.matrix(role, user))),
      ...(await this.attempt("a renewal moves its end", () => this.renewal(role, user))),
      ...(await this.attempt("it ends with its lease", () => this.revocation(role, user))),
      ...(await this.attempt("a user that was dropped by hand can be revoked", () => this.droppedByHand(role))),
      ...(role.creates === undefined
        ? []
        : await this.attempt("what it made survives it", () => this.inheritance(role, role.creates))),
    ];
  }

  /** All checks of a static role. */
  async proveStatic({ name, username, rotationStatements }: ProvenStaticRole): Promise<Check[]> {
    const opens = (password: string) => this.opens(username, password);
    return this.attempt("its password is rotated", async () => {
      const before = await opens(this.target.staticPassword);
      await this.vault.write(`${this.mount}/static-roles/${name}`, {
        db_name: "database",
        username,
        rotation_period: 86_400,
        ...(rotationStatements === undefined ? {} : { rotation_statements: rotationStatements }),
      });
      const first = await this.vault.readStaticPassword(this.mount, name);
      const checks = [
        must("its own password opens the database before", before, "no"),
        must("the password that Vault set opens the database", await opens(first), "no"),
        must("the password that it had before opens nothing", !(await opens(this.target.staticPassword)), "it does"),
      ];
      await this.vault.write(`${this.mount}/rotate-role/${name}`, {});
      const second = await this.vault.readStaticPassword(this.mount, name);
      return [
        ...checks,
        must("after a rotation the new password opens it", await opens(second), "no"),
        must("after a rotation the old password opens nothing", !(await opens(first)), "it does"),
      ];
    });
  }

  private async matrix(role: ProvenRole, user: IssuedCredentials): Promise<Check[]> {
    const session = await this.logIn(user);
    try {
      const checks = [must("it logs in", true, "")];
      for (const probe of role.probes) checks.push(mayDo(probe.what, probe.expected, await session.attempt(probe)));
      return checks;
    } finally {
      await session.close();
    }
  }

  private async renewal(role: ProvenRole, user: IssuedCredentials): Promise<Check[]> {
    const before = await this.target.validUntil(user.username);
    const granted = await this.vault.renewLease(user.leaseId, role.maxTtl);
    const after = await this.target.validUntil(user.username);
    const renewed = must("its lease can be renewed", granted > 0, "no");
    if (before === undefined || after === undefined) return [renewed];
    const leaseEnd = Date.now() + granted * 1000;
    return [
      renewed,
      must("it can still log in after a renewal", await this.opens(user.username, user.password), "no"),
      must(
        "the server ends it no earlier than its lease",
        after >= leaseEnd - 5_000,
        `${Math.round((leaseEnd - after) / 1000)} s earlier`,
      ),
      must(
        "the server ends it soon after its lease",
        after <= leaseEnd + 60_000,
        `${Math.round((after - leaseEnd) / 1000)} s later`,
      ),
    ];
  }

  private async revocation(role: ProvenRole, user: IssuedCredentials): Promise<Check[]> {
    const sessions: { readonly after: string; readonly session: ProofSession }[] = [];
    try {
      for (const after of role.sessions) {
        const session = await this.logIn(user);
        sessions.push({ after, session });
        if (after !== "") await session.attempt({ sql: after, alone: {} });
      }
      const revoked = await settle("its lease can be revoked", () => this.vault.revokeLease(user.leaseId));
      const end = Date.now() + sessionGraceMs;
      const checks = [revoked.check];
      for (const { after, session } of sessions) {
        let alive = await session.isAlive();
        while (alive && Date.now() < end) alive = await session.isAlive();
        const what = `an open session ends with it${after === "" ? "" : `, even after ${after}`}`;
        checks.push(must(what, !alive, `still open after ${sessionGraceMs / 1000} s`));
      }
      return [
        ...checks,
        must("its login is refused afterwards", !(await this.opens(user.username, user.password)), "it opens"),
        must("no user is left", !(await this.target.hasUser(user.username)), "it is still there"),
      ];
    } finally {
      await Promise.all(sessions.map(({ session }) => session.close()));
    }
  }

  private async droppedByHand(role: ProvenRole): Promise<Check[]> {
    const user = await this.issue(role);
    await this.target.dropUser(user.username);
    return [
      (await settle("a user that was dropped by hand can be revoked", () => this.vault.revokeLease(user.leaseId)))
        .check,
    ];
  }

  private async inheritance(role: ProvenRole, creates: ProvenRole["creates"]): Promise<Check[]> {
    if (creates === undefined) return [];
    const user = await this.issue(role);
    const session = await this.logIn(user);
    const made = await session.attempt({ sql: creates.sql, alone: {} }).finally(() => session.close());
    await this.vault.revokeLease(user.leaseId);
    const heir = await this.target.ask(creates.heirQuery);
    if (heir !== undefined) await this.target.ask(creates.undo);
    return [
      mayDo("it can create", true, made),
      must(
        `what it made belongs to ${creates.heir} when it is gone`,
        heir === creates.heir,
        heir ?? "nobody: it is gone",
      ),
      must("no user is left that made something", !(await this.target.hasUser(user.username)), "it is still there"),
    ];
  }

  private issue(role: ProvenRole): Promise<IssuedCredentials> {
    return this.vault.issueCredentials(this.mount, role.name);
  }

  private async logIn({ username, password }: IssuedCredentials): Promise<ProofSession> {
    const session = await this.target.logIn(username, password);
    if (session !== undefined) return session;
    throw new Error("its login is refused");
  }

  private async opens(username: string, password: string): Promise<boolean> {
    const session = await this.target.logIn(username, password);
    await session?.close();
    return session !== undefined;
  }

  private async attempt(what: string, step: () => Promise<Check[]>): Promise<Check[]> {
    try {
      return await step();
    } catch (thrown) {
      return [must(what, false, messageOf(thrown))];
    }
  }
}

/** Does it, and says whether it could be done. */
async function settle<T>(what: string, act: () => Promise<T>): Promise<{ readonly check: Check; readonly value?: T }> {
  try {
    return { value: await act(), check: must(what, true, "") };
  } catch (thrown) {
    return { check: must(what, false, messageOf(thrown)) };
  }
}
