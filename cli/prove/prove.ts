import { messageOf } from "../../constructs/core/errors";
import { type DatabaseDefinition, isPostgres } from "../../environments/databases/schema";
import type { HostEnvironment } from "../../environments/load";
import type { VaultBinary } from "../parts/vault-binary";
import { Container } from "../servers/container";
import { findMariaDb } from "../servers/mariadb-server";
import { ThrowAway } from "../servers/throw-away";
import { startThrowAwayVault } from "../servers/throw-away-vault";
import type { VaultClient } from "../vault-client";
import type { Check, RoleProof } from "./finding";
import { mysqlImage, startMariaDbTarget, startMySqlTarget } from "./mysql-target";
import { startPostgresTarget } from "./postgres-target";
import { RoleProver } from "./prove-role";
import type { ProofTarget } from "./target";

/**
 * Proves roles on throw-away servers of the declared engines and versions: the bootstrap, each role's statements through a real
 * Vault, what its users may do and what they may not, renewal, revocation with sessions open. Nothing of it touches what is
 * deployed, and nothing is left behind. With `role`, only the roles of that name are tried.
 *
 * @throws LeaseholdError when a server can't be had or does not start.
 */
export async function prove(
  env: HostEnvironment,
  binary: VaultBinary,
  databases: readonly DatabaseDefinition[],
  role: string | undefined,
  report: (line: string) => void,
): Promise<RoleProof[]> {
  return ThrowAway.use(async (place) => {
    const vault = await startThrowAwayVault(place, env, binary);
    const proofs: RoleProof[] = [];
    for (const database of databases) proofs.push(...(await proveDatabase(place, env, vault, database, role, report)));
    return proofs;
  });
}

async function proveDatabase(
  place: ThrowAway,
  env: HostEnvironment,
  vault: VaultClient,
  database: DatabaseDefinition,
  chosen: string | undefined,
  report: (line: string) => void,
): Promise<RoleProof[]> {
  report(`${database.name}: the server starts`);
  const { target, unproven } = await startTarget(place, env, database);
  if (target === undefined) return unprovenRoles(database, unproven);
  const mount = `prove-${database.name}`;
  await vault.write(`sys/mounts/${mount}`, { type: "database" });
  await vault.write(`${mount}/config/database`, { ...target.connection, allowed_roles: ["*"] });
  const prover = new RoleProver(vault, mount, target);
  const proofs: RoleProof[] = [];
  const add = (role: string, checks: readonly Check[]) =>
    proofs.push({ database: database.name, role, server: target.server, checks, unproven });
  const isChosen = ({ name }: { readonly name: string }) => chosen === undefined || name === chosen;
  for (const role of target.roles.filter(isChosen)) {
    report(`${database.name}: ${role.name}`);
    add(role.name, await prover.prove(role));
  }
  for (const role of target.staticRoles.filter(isChosen)) {
    report(`${database.name}: ${role.name}`);
    add(role.name, await prover.proveStatic(role));
  }
  if (database.rotateRoot === true) add("(the admin)", [await rotation(vault, mount, target)]);
  return proofs;
}

/** A server of the declared engine, or why there is none; and what of the declaration it can't show. */
async function startTarget(
  place: ThrowAway,
  env: HostEnvironment,
  database: DatabaseDefinition,
): Promise<{ readonly target?: ProofTarget; readonly unproven: readonly string[] }> {
  if (isPostgres(database)) return { target: await startPostgresTarget(place, env, database), unproven: [] };
  if (database.engine === "mysql") {
    const reason = await Container.reasonAgainst(env, mysqlImage(database));
    if (reason === undefined) return { target: await startMySqlTarget(place, env, database), unproven: [] };
    return { unproven: [`there is no mysql server here (${reason}): its statements were checked without one`] };
  }
  if (database.engine !== "mariadb") {
    return { unproven: [`there is no ${database.engine} server here: its statements were checked without one`] };
  }
  const binaries = await findMariaDb(env);
  if (binaries === undefined) {
    return {
      unproven: [
        "MariaDB is not installed here (Debian's package is mariadb-server): its statements were checked without it",
      ],
    };
  }
  const { version } = database.bootstrap;
  return {
    target: await startMariaDbTarget(place, env, binaries, database),
    unproven: binaries.version.startsWith(version) ? [] : [`MariaDB ${version}, which is not the one installed here`],
  };
}

function unprovenRoles(
  { name, engine, roles, staticRoles }: DatabaseDefinition,
  unproven: readonly string[],
): RoleProof[] {
  return [...roles, ...staticRoles].map((role) => ({
    database: name,
    role: role.name,
    server: engine,
    checks: [],
    unproven,
  }));
}

/** Vault can change the admin's password, and go on working with the new one. */
async function rotation(vault: VaultClient, mount: string, target: ProofTarget): Promise<Check> {
  const check = { check: "Vault changes its own password, and works on", expected: "yes" };
  try {
    await vault.rotateRoot(mount, "database");
    const [role] = target.roles;
    if (role !== undefined) await vault.revokeLease((await vault.issueCredentials(mount, role.name)).leaseId);
    return { ...check, found: "yes", passed: true };
  } catch (thrown) {
    return { ...check, found: messageOf(thrown), passed: false };
  }
}
