import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { type PolicyServer } from "../../policies/evaluator/policy-server";
import { findVaultBinary } from "../parts/vault-binary";
import { runSteps } from "../progress";
import { ThrowAway } from "../servers/throw-away";
import { startThrowAwayVault } from "../servers/throw-away-vault";
import { trustedBy, VaultClient } from "../vault-client";
import { askServer } from "./live-tests";
import { type CaseResult, decideTests, type LoadedTests } from "./policy-check";

/** What the evaluator says of the cases of all files, on the servers that each is about. */
export function decideAll(files: readonly LoadedTests[], choice: PolicyServer | undefined): CaseResult[] {
  const servers: readonly PolicyServer[] = choice === undefined ? ["vault", "openbao"] : [choice];
  return files.flatMap((tests) =>
    servers.filter((server) => isAbout(tests, server)).flatMap((server) => decideTests(tests, server)),
  );
}

/**
 * What a real server says of them: the one at VAULT_ADDR, else one that is started for it.
 *
 * @throws LeaseholdError when there is none, or it refuses.
 */
export async function askAll(
  files: readonly LoadedTests[],
  choice: PolicyServer | undefined,
  env: HostEnvironment,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const ask = async (vault: VaultClient, server: PolicyServer, report: (line: string) => void) => {
    for (const tests of files.filter((each) => isAbout(each, server))) {
      report(tests.file);
      results.push(...(await askServer(tests, vault, server)));
    }
  };
  const given = serverOf(env);
  await runSteps([
    {
      title: "The policies are tested",
      run: async (report) => {
        if (given !== undefined) return ask(given, choice ?? (await productOf(given)), report);
        const binary = await findVaultBinary(env, choice, report);
        await ThrowAway.use(async (place) =>
          ask(await startThrowAwayVault(place, env, binary), binary.product, report),
        );
      },
    },
  ]);
  return results;
}

function isAbout({ server }: LoadedTests, asked: PolicyServer): boolean {
  return server === undefined || server === asked;
}

/** The server that the environment names; undefined where it names none. */
function serverOf(env: HostEnvironment): VaultClient | undefined {
  const [address, token, namespace] = ["VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE"].map(
    (name) => env[name] || undefined,
  );
  if (address === undefined) return undefined;
  if (token === undefined) {
    throw new LeaseholdError(
      "leasehold policy test --live",
      "VAULT_ADDR is set and VAULT_TOKEN is not",
      "set it to a token that may write policies, make tokens, mount auth methods and write entities; or unset VAULT_ADDR to have a server for the test alone",
    );
  }
  return new VaultClient({
    address: address.replace(/\/+$/, ""),
    token,
    ...(namespace === undefined ? {} : { namespace }),
    ...trustedBy(env),
  });
}

/** OpenBao began with 2, and Vault is at 1; `--server` says otherwise. */
async function productOf(vault: VaultClient): Promise<PolicyServer> {
  return (await vault.sealStatus()).version.startsWith("1.") ? "vault" : "openbao";
}
