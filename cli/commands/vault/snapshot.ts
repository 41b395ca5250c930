import { Command } from "commander";
import { LeaseholdError } from "../../../constructs/core/errors";
import { ClosedGate } from "../../closed-gate";
import { askForConsent } from "../../consent";
import type { CliContext } from "../../context";
import { readShares } from "../../operations/key-file";
import { activeNode, productOf, readSeal } from "../../operations/server-state";
import {
  openSnapshot,
  requireRaft,
  requireSharedSeal,
  restoreSnapshot,
  saveSnapshot,
  stateAfterRestore,
  type SnapshotManifest,
} from "../../operations/snapshot";
import { type SnapshotVerification, verifySnapshot } from "../../operations/snapshot-verification";
import { VaultPlace } from "../../operations/vault-place";
import { findVaultBinary, type ServerProduct, serverProducts } from "../../parts/vault-binary";
import { runSteps } from "../../progress";
import { serverArgument } from "./arguments";
import { Option } from "commander";

interface SaveOptions {
  readonly verify?: string;
  readonly json?: boolean;
}

interface VerifyOptions {
  readonly keys: string;
  readonly server?: ServerProduct;
  readonly json?: boolean;
}

interface RestoreOptions {
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `leasehold vault snapshot`: the storage as a file, and back. */
export function snapshotCommand(context: CliContext): Command {
  const snapshot = new Command("snapshot").description(
    "saves, tries and restores the storage of a server that keeps it in raft",
  );

  snapshot
    .command("save")
    .description("saves a snapshot with a manifest beside it; for other storages it names the right command")
    .argument("<file>", "a new file, its owner's alone: who has it and the key shares has everything")
    .addArgument(serverArgument())
    .option("--verify <file>", "verify it at once with the key shares of this file, as snapshot verify does")
    .option("--json", "print the manifest as JSON")
    .action(async (file: string, environment: string | undefined, { verify, json }: SaveOptions) => {
      const where = "leasehold vault snapshot save";
      const shares = verify === undefined ? undefined : readShares("--verify", verify);
      const place = VaultPlace.of(where, environment, context);
      place.requireToken(
        where,
        "read sys/storage/raft/snapshot; and read sys/mounts, sys/auth, list sys/policies/acl and sys/leases/lookup",
      );
      if (shares !== undefined) requireSharedSeal(where, (await readSeal(place.client())).type);
      const manifest = await saveSnapshot(await activeNode(place), file, Date.now);
      const verified = shares && (await tryOut(context, file, manifest, shares, manifest.product));
      context.print(
        json
          ? JSON.stringify({ file, ...manifest, ...(verified && { verified }) })
          : savedText(file, manifest, verified),
      );
      requireNothingMissing(where, verified);
    });

  snapshot
    .command("verify")
    .description(
      "restores a snapshot into a throw-away server that is shut off from the network, and compares; exit code 2 where something is missing",
    )
    .argument("<file>", "a snapshot that was saved, with its manifest beside it if there is one")
    .requiredOption("--keys <file>", "file of the key shares that opened the server then")
    .addOption(new Option("--server <product>", "without a manifest: what it is a snapshot of").choices(serverProducts))
    .option("--json", "print the result as JSON")
    .action(async (file: string, { keys, server, json }: VerifyOptions) => {
      const where = "leasehold vault snapshot verify";
      const shares = readShares("--keys", keys);
      const { manifest } = await openSnapshot(file);
      requireSharedSeal(where, manifest?.seal);
      const product = manifest?.product ?? server;
      if (product === undefined) {
        throw new LeaseholdError(
          where,
          `${file} has no manifest that says what it is of`,
          "give --server vault or --server openbao",
        );
      }
      const verified = await tryOut(context, file, manifest, shares, product);
      context.print(json ? JSON.stringify(verified) : verifiedText(verified).join("\n"));
      requireNothingMissing(where, verified);
    });

  snapshot
    .command("restore")
    .description("has a server take a snapshot for its storage: what it holds now is gone")
    .argument("<file>", "a snapshot that was saved, with its manifest beside it")
    .addArgument(serverArgument())
    .option(
      "--force",
      "one of another cluster too, or without a manifest; afterwards that cluster's key shares open the server",
    )
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .action(async (file: string, environment: string | undefined, { force = false, yes, json }: RestoreOptions) => {
      const where = "leasehold vault snapshot restore";
      const { archive, manifest } = await openSnapshot(file);
      const place = VaultPlace.of(where, environment, context);
      place.requireToken(where, `update sys/storage/raft/${force ? "snapshot-force" : "snapshot"}`);
      const seal = await readSeal(place.client());
      requireRaft(where, seal, file);
      requireSameProduct(where, manifest, productOf(seal));
      if (!force) requireSameCluster(where, manifest, seal.cluster_id);
      const name = seal.cluster_name ?? place.address;
      if (!yes) {
        const of = manifest === undefined ? "an unknown time" : manifest.saved;
        await askForConsent(where, `Replace all that ${place.address} holds by the snapshot of ${of}?`, name);
      }
      await restoreSnapshot(await activeNode(place), file, force);
      const state = await stateAfterRestore(place);
      const text = [
        `${place.address} holds the snapshot${manifest === undefined ? "" : ` of ${manifest.saved}`}, and is ${state}`,
        ...(state === "sealed"
          ? [
              "Restart every node: a running one still has its old seal's configuration. Then open it with the snapshot's key shares.",
            ]
          : []),
        "Leases that were issued since are unknown to it now: leasehold database orphans finds their users.",
        "Tokens are those of the snapshot, and static roles' passwords may have changed since: rotate them.",
      ];
      context.print(json ? JSON.stringify({ address: place.address, state, ...archive }) : text.join("\n"));
    });
  return snapshot;
}

async function tryOut(
  { env }: CliContext,
  file: string,
  manifest: SnapshotManifest | undefined,
  shares: readonly string[],
  product: ServerProduct,
): Promise<SnapshotVerification> {
  const found: { verified?: SnapshotVerification } = {};
  await runSteps(
    [
      {
        title: `${file} is verified`,
        run: async (report) => {
          const binary = await findVaultBinary(env, product, report);
          found.verified = await verifySnapshot(env, binary, file, manifest, shares, report);
        },
      },
    ],
    true,
  );
  if (found.verified === undefined) throw new Error("nothing was verified, and nothing said why");
  return found.verified;
}

/** Neither reads what the other stores. */
function requireSameProduct(where: string, manifest: SnapshotManifest | undefined, product: ServerProduct): void {
  if (manifest === undefined || manifest.product === product) return;
  throw new LeaseholdError(
    where,
    `the snapshot is of ${manifest.product}, and the server is ${product}`,
    "name a server of the same product",
  );
}

function requireSameCluster(
  where: string,
  manifest: SnapshotManifest | undefined,
  clusterId: string | undefined,
): void {
  const remedy = "give --force if that is meant: the server then needs the key shares of the snapshot";
  if (manifest === undefined)
    throw new LeaseholdError(where, "the snapshot has no manifest that says which cluster it is of", remedy);
  if (manifest.clusterId === clusterId) return;
  throw new LeaseholdError(
    where,
    `the snapshot is of cluster ${manifest.clusterName}, which this server is not of`,
    remedy,
  );
}

function requireNothingMissing(where: string, verified: SnapshotVerification | undefined): void {
  if (verified === undefined || verified.missing.length === 0) return;
  throw new ClosedGate(
    where,
    verified.missing.join("; "),
    "save another snapshot, and keep the older ones until it is verified",
    2,
  );
}

function savedText(file: string, manifest: SnapshotManifest, verified: SnapshotVerification | undefined): string {
  const { bytes, index, term, sha256, clusterName, product, version, contents } = manifest;
  return [
    `${file} is a snapshot of ${clusterName} (${product} ${version}): ${bytes} bytes, index ${index}, term ${term}`,
    `SHA-256 ${sha256}`,
    ...(contents.unseen.length === 0
      ? []
      : [`The manifest lacks what the token may not see: ${contents.unseen.join(", ")}.`]),
    ...(verified === undefined
      ? ["It was not tried: leasehold vault snapshot verify does that."]
      : verifiedText(verified)),
  ].join("\n");
}

function verifiedText({ server, contents, missing }: SnapshotVerification): string[] {
  const leases = Object.values(contents.leases).reduce((sum, count) => sum + count, 0);
  return [
    `restored into ${server}: ${contents.mounts.length} mounts, ${contents.auth.length} auth methods, ${contents.policies.length} policies, ${leases} leases`,
    ...missing,
  ];
}
