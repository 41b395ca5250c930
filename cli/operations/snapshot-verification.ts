import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { compareVersions } from "../parts/executables";
import type { VaultBinary } from "../parts/vault-binary";
import { IsolatedVault } from "../servers/isolated-vault";
import { ThrowAway } from "../servers/throw-away";
import { generateRoot, RootEndpoint } from "./generate-root";
import { readKeyFile } from "./key-file";
import { initialise } from "./initialise";
import { nobody } from "./recipients";
import { SecretFile } from "./secret-file";
import { missingContents, readContents, type ServerContents } from "./server-contents";
import { readSeal, untilServing } from "./server-state";
import { listed } from "./share-source";
import { restoreSnapshot, type SnapshotManifest } from "./snapshot";
import { unseal } from "./unseal";
import { VaultPlace } from "./vault-place";
import { readFileSync } from "node:fs";

/** What a restored snapshot showed. */
export interface SnapshotVerification {
  /** The server that it was restored into. */
  readonly server: string;
  readonly contents: ServerContents;
  /** What its manifest names and the restored server has not. */
  readonly missing: readonly string[];
}

const name = "a throw-away server";

/**
 * Restores a snapshot into a server that is shut off from everything, opens it with key shares, and looks at what is in it. Nothing of
 * it is left.
 *
 * @throws LeaseholdError when it does not come up, or the shares don't open it.
 */
export async function verifySnapshot(
  env: HostEnvironment,
  binary: VaultBinary,
  file: string,
  manifest: SnapshotManifest | undefined,
  shares: readonly string[],
  report: (line: string) => void,
): Promise<SnapshotVerification> {
  requireVersion(binary, manifest);
  return ThrowAway.use(async (place) => {
    const server = await IsolatedVault.prepare(place, env, binary);
    const reached = new VaultPlace({ address: "http://throw-away", reach: { socketPath: server.socketPath } });
    report(`${binary.product} ${binary.version} starts, shut off from the network`);
    await server.start(reached);
    const rootToken = await openNew(reached, `${place.folder}/new-keys.json`);
    report("the snapshot is restored");
    await restoreSnapshot(reached.withToken(rootToken), file, true);
    // The process still holds the seal's configuration of before.
    await server.stop();
    await server.start(reached);
    report("the key shares open it");
    const { sealed, progress, threshold } = await unseal(reached.client(), name, listed(shares));
    if (sealed) {
      throw new LeaseholdError(name, `${progress} of ${threshold} key shares were given`, "give enough of them");
    }
    await untilServing(reached);
    const token = await rootTokenBy(reached, shares, `${place.folder}/root-token`);
    const contents = await readContents(reached.withToken(token).client());
    return {
      server: `${binary.product} ${binary.version}`,
      contents,
      missing: manifest === undefined ? [] : missingContents(manifest.contents, contents),
    };
  });
}

function requireVersion({ product, version }: VaultBinary, manifest: SnapshotManifest | undefined): void {
  if (manifest === undefined || (manifest.product === product && compareVersions(version, manifest.version) >= 0))
    return;
  throw new LeaseholdError(
    name,
    `there is ${product} ${version} here, and the snapshot is of ${manifest.product} ${manifest.version}`,
    `put ${manifest.product === "vault" ? "vault" : "bao"} ${manifest.version} on PATH`,
  );
}

/** A new server must be open before it takes a snapshot; its own keys are of no use afterwards. */
async function openNew(reached: VaultPlace, keysFile: string): Promise<string> {
  const vault = reached.client();
  const file = SecretFile.reserve(name, keysFile);
  const options = { address: name, shares: 1, threshold: 1, recipients: nobody, now: Date.now() };
  await initialise(vault, await readSeal(vault), file, options);
  const keys = readKeyFile(keysFile);
  await unseal(vault, name, listed(keys?.keys ?? []));
  await untilServing(reached);
  return keys?.rootToken ?? "";
}

async function rootTokenBy(reached: VaultPlace, shares: readonly string[], out: string): Promise<string> {
  const endpoint = await RootEndpoint.of(reached.client(), false);
  await generateRoot(endpoint, { out, source: () => Promise.resolve(listed(shares)) });
  return readFileSync(out, "utf8").trim();
}
