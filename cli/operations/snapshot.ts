import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { writeFileAtomically } from "../files";
import { contentsSchema, inBoth, readContents } from "./server-contents";
import { productOf, readSeal, stateOf, type NodeState, type SealState } from "./server-state";
import { readArchive, type SnapshotArchive } from "./snapshot-archive";
import type { VaultPlace } from "./vault-place";

const manifestSchema = z.strictObject({
  format: z.literal(1),
  saved: z.string(),
  address: z.string(),
  product: z.enum(["vault", "openbao"]),
  version: z.string(),
  clusterId: z.string(),
  clusterName: z.string(),
  /** What opened the server, such as `shamir`; not in manifests of before. */
  seal: z.string().optional(),
  index: z.number(),
  term: z.number(),
  bytes: z.number(),
  sha256: z.string(),
  contents: contentsSchema,
});

/** What is known of a snapshot, beside it as `<file>.manifest.json`: nothing secret. */
export type SnapshotManifest = z.output<typeof manifestSchema>;

export function manifestFile(file: string): string {
  return `${file}.manifest.json`;
}

/**
 * Saves the storage of a server that keeps it in raft, and what is known of it.
 *
 * @throws LeaseholdError when the file is there, the storage is another one, or what arrived is not whole.
 * @see https://developer.hashicorp.com/vault/api-docs/system/storage/raft
 */
export async function saveSnapshot(place: VaultPlace, file: string, now: () => number): Promise<SnapshotManifest> {
  const where = "leasehold vault snapshot save";
  for (const each of [file, manifestFile(file)]) {
    if (existsSync(each))
      throw new LeaseholdError(where, `${each} exists already`, "nothing is overwritten: name another file");
  }
  const vault = place.client();
  const seal = await readSeal(vault);
  requireRaft(where, seal, file);
  const saved = new Date(now()).toISOString();
  const before = await readContents(vault);
  // Until it is whole and held against its sums it has another name: what a killed command leaves is never taken for a snapshot.
  const draft = `${file}.part`;
  try {
    await download(where, place, draft);
    const archive = await readArchive(draft);
    const manifest: SnapshotManifest = {
      format: 1,
      saved,
      address: place.address,
      product: productOf(seal),
      version: seal.version,
      clusterId: seal.cluster_id ?? "",
      clusterName: seal.cluster_name ?? "",
      seal: seal.type,
      ...archive,
      contents: inBoth(before, await readContents(vault)),
    };
    renameSync(draft, file);
    writeFileAtomically(manifestFile(file), `${JSON.stringify(manifest, undefined, 2)}\n`);
    return manifest;
  } finally {
    rmSync(draft, { force: true });
  }
}

async function download(where: string, place: VaultPlace, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true }); // of a command that was killed
  const answer = await place.stream("GET", "sys/storage/raft/snapshot");
  await pipeline(answer, createWriteStream(file, { flags: "wx", mode: 0o600, flush: true })).catch(
    (thrown: unknown) => {
      throw new LeaseholdError(
        where,
        `the snapshot did not arrive (${messageOf(thrown)})`,
        "see that the disk has room and the server runs, and save it again",
      );
    },
  );
}

/** What saves the storages that a server does not save itself. */
const otherStorages: Readonly<Record<string, (file: string) => string>> = {
  consul: (file) => `run consul snapshot save ${file} on a Consul server, which saves all of it`,
  postgresql: (file) => `run pg_dump --format=custom --file=${file} DATABASE on the database that keeps it`,
  mysql: (file) => `run mysqldump --single-transaction --result-file=${file} DATABASE on the database that keeps it`,
  etcd: (file) => `run etcdctl snapshot save ${file}`,
  file: () => "seal the server, then copy the storage's folder",
  inmem: () => "there is nothing to save: this server forgets all when it ends",
};

/**
 * @throws LeaseholdError that names what saves the storage where a server keeps it elsewhere.
 */
export function requireRaft(
  where: string,
  { storage_type: storage = "raft", sealed }: Pick<SealState, "storage_type" | "sealed">,
  file: string,
): void {
  if (storage !== "raft") {
    const remedy = otherStorages[storage]?.(file) ?? `save it as the makers of ${storage} say`;
    throw new LeaseholdError(where, `the server keeps its data in ${storage}, not in raft`, remedy);
  }
  if (sealed) throw new LeaseholdError(where, "the server is sealed", "open it with leasehold vault unseal");
}

/**
 * @throws LeaseholdError where a snapshot can't be tried in a server that is shut off from everything, its seal included.
 */
export function requireSharedSeal(where: string, seal: string | undefined): void {
  if (seal === undefined || seal === "shamir") return;
  throw new LeaseholdError(
    where,
    `the server is opened by its seal (${seal}), which a server that is shut off from the network can't reach`,
    "restore it by hand with --force into a server with the same seal, from which no database can be reached; its sums were held against it when it was saved",
  );
}

/**
 * A snapshot, held against its own sums and its manifest.
 *
 * @throws LeaseholdError when it is not whole, or not the one that the manifest is of.
 */
export async function openSnapshot(
  file: string,
): Promise<{ readonly archive: SnapshotArchive; readonly manifest: SnapshotManifest | undefined }> {
  if (!existsSync(file)) throw new LeaseholdError(file, "there is no such file", "give the path of a snapshot");
  const manifest = readManifest(file);
  const archive = await readArchive(file);
  if (manifest !== undefined && manifest.sha256 !== archive.sha256) {
    throw new LeaseholdError(
      file,
      `is not the snapshot that ${manifestFile(file)} is of`,
      "put the right one of the two back",
    );
  }
  return { archive, manifest };
}

function readManifest(file: string): SnapshotManifest | undefined {
  const path = manifestFile(file);
  if (!existsSync(path)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    json = undefined;
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new LeaseholdError(path, "is no manifest of a snapshot", "put the one back that was saved with it");
}

/**
 * Has a server take a snapshot for its storage: what it held is gone. With `force`, one of another cluster too, whose key shares then
 * open it.
 */
export async function restoreSnapshot(place: VaultPlace, file: string, force: boolean): Promise<void> {
  const path = force ? "sys/storage/raft/snapshot-force" : "sys/storage/raft/snapshot";
  (await place.stream("POST", path, () => createReadStream(file))).resume();
}

/** What a server is once it has taken a snapshot. */
export async function stateAfterRestore(place: VaultPlace): Promise<NodeState> {
  // It closes for a moment and opens with the keys that it has in memory, or stays sealed where they don't fit.
  const end = Date.now() + 15_000;
  let state: NodeState | undefined;
  for (let stable = 0; stable < 10 && Date.now() < end;) {
    await sleep(200);
    const found = await stateOf(place.client());
    stable = found === state && found !== undefined && found !== "standby" ? stable + 1 : 0;
    state = found;
  }
  return state ?? "sealed";
}
