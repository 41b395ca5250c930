import { Command } from "commander";
import { LeaseholdError } from "../../constructs/core/errors";
import { ClosedGate } from "../closed-gate";
import type { CliContext } from "../context";
import { administratorOf, type LentLogin } from "../database/lent-login";
import { chosenDatabases, loadDeclared } from "../declared";
import type { Diagnosis } from "../operations/doctor/diagnosis";
import { examineServer } from "../operations/doctor/doctor";
import { VaultPlace } from "../operations/vault-place";
import { table } from "../table";
import { serverArgument } from "./vault/arguments";

interface DoctorOptions extends LentLogin {
  readonly node?: string[];
  readonly database?: string;
  readonly json?: boolean;
}

const where = "leasehold doctor";

/** `leasehold doctor`: what is wrong with a server, and what to do about it. */
export function doctorCommand(context: CliContext): Command {
  return new Command("doctor")
    .description(
      "looks at reachability, TLS, clocks, seal, cluster, audit, leases, orphans and the token, and changes nothing; exit code 2 where there is a problem, 1 where it could not look",
    )
    .addArgument(serverArgument())
    .option("--node <url...>", "nodes by their own addresses: a sealed one is found by its name alone")
    .option("--database <name>", "a database of the environment whose users are compared with leases")
    .option("--user <name>", "login that may see its users; its password is in LEASEHOLD_DATABASE_PASSWORD")
    .option("--host <host>", "where this machine reaches the database (default: as declared)")
    .option("--port <port>", "its port (default: as declared)")
    .option("--json", "print what was found as JSON")
    .action(async (environment: string | undefined, { node = [], json, database, ...login }: DoctorOptions) => {
      const place = VaultPlace.of(where, environment, context);
      const found = await examineServer(place, {
        nodes: node,
        databases: databasesOf(context, environment, database, login),
        now: Date.now(),
      });
      context.print(json ? JSON.stringify(found) : reportText(found));
      const problems = found.filter(({ verdict }) => verdict === "problem").length;
      const unseen = found.filter(({ verdict }) => verdict === "unseen").length;
      const remedy = "do what is said of each";
      if (problems > 0) throw new ClosedGate(where, `${problems} problems`, remedy, 2);
      if (unseen > 0) throw new ClosedGate(where, `${unseen} could not be looked at`, remedy, 1);
    });
}

function databasesOf(context: CliContext, environment: string | undefined, name: string | undefined, login: LentLogin) {
  if (name === undefined) {
    if (login.user === undefined) return [];
    throw new LeaseholdError(where, "--user is given without --database", "give both, or leave it out");
  }
  if (environment === undefined) {
    throw new LeaseholdError(where, "--database is given without an environment", "name the one that declares it");
  }
  return chosenDatabases(loadDeclared(environment, context), name).map((database) => ({
    database,
    administrator: administratorOf(context.env, database, login),
  }));
}

function reportText(found: readonly Diagnosis[]): string {
  const signs = { ok: "ok", warning: "WARNING", problem: "PROBLEM", unseen: "not seen", skipped: "skipped" };
  const rows = found.map(({ check, verdict, finding }) => ({ verdict: signs[verdict], check, finding }));
  const remedies = found.flatMap(({ check, verdict, remedy }) =>
    verdict === "ok" || remedy === undefined ? [] : [`  ${check}: ${remedy}`],
  );
  return [
    table({ verdict: "", check: "CHECK", finding: "FOUND" }, rows),
    ...(remedies.length === 0 ? [] : ["", "What to do:", ...remedies]),
  ].join("\n");
}
