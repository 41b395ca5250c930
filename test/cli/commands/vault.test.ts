import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { doctorCommand } from "../../../cli/commands/doctor";
import { exportCommand } from "../../../cli/commands/vault/export";
import { generateRootCommand } from "../../../cli/commands/vault/generate-root";
import { initCommand } from "../../../cli/commands/vault/init";
import { rekeyCommand } from "../../../cli/commands/vault/rekey";
import { rotateCommand } from "../../../cli/commands/vault/rotate";
import { sealCommand } from "../../../cli/commands/vault/seal";
import { snapshotCommand } from "../../../cli/commands/vault/snapshot";
import { statusCommand } from "../../../cli/commands/vault/status";
import { unsealCommand } from "../../../cli/commands/vault/unseal";
import { requireRaft } from "../../../cli/operations/snapshot";
import { testCommand } from "../in-process";
import { scratchFolder, write } from "../scratch";

const folder = scratchFolder();
const nobody = { VAULT_ADDR: "http://127.0.0.1:1" };
const run = {
  doctor: testCommand(doctorCommand),
  export: testCommand(exportCommand),
  generateRoot: testCommand(generateRootCommand),
  init: testCommand(initCommand),
  rekey: testCommand(rekeyCommand),
  rotate: testCommand(rotateCommand),
  seal: testCommand(sealCommand),
  snapshot: testCommand(snapshotCommand),
  status: testCommand(statusCommand),
  unseal: testCommand(unsealCommand),
};

describe("the server that a command goes to", () => {
  it.each([
    ["none is named", {}, "[leasehold vault status] no server is named: name an environment, or set VAULT_ADDR"],
    [
      "its address is none",
      { VAULT_ADDR: "vault:8200" },
      '[VAULT_ADDR] "vault:8200" is no address of a server: give it as in https://',
    ],
    ["a password is in it", { VAULT_ADDR: "https://a:b@vault" }, "is no address of a server"],
    ["its authority is not there", { ...nobody, VAULT_CACERT: "/nowhere" }, "[VAULT_CACERT] there is no file /nowhere"],
  ])("is refused where %s", async (_, env, message) => {
    await expect(run.status([], env)).rejects.toThrow(message);
  });

  it("is refused where its authority is no certificate", async () => {
    const file = write(join(folder(), "ca.pem"), "no certificate");
    await expect(run.status([], { ...nobody, VAULT_CACERT: file })).rejects.toThrow(
      `[VAULT_CACERT] ${file} holds no certificate`,
    );
  });

  it("is refused where an environment of that name is not declared", async () => {
    await expect(run.status(["qa"])).rejects.toThrow('there is no environment "qa"');
  });

  it("is said to be out of reach, with the node's own row", async () => {
    await expect(run.status(["--json"], nobody)).rejects.toThrow("http://127.0.0.1:1 is unreachable");
    await expect(run.status(["--node", "vault-1"], nobody)).rejects.toThrow('[--node] "vault-1" is no address');
  });
});

describe("leasehold vault", () => {
  it.each([
    ["init", ["--shares", "3", "--threshold", "4"], "--threshold 4 can't be met with 3 shares: give 1 to 3"],
    ["init", ["--shares", "256"], "--shares is 256: give 1 to 255"],
    ["init", ["--shares", "3", "--threshold", "1"], "with --threshold 1 each of 3 shares opens the server alone"],
    ["init", ["--shares", "none"], "option '--shares <count>' argument 'none' is invalid"],
    ["init", ["--age", "age1a", "age1b"], "--age names 2 recipients for 5 shares: name one for each share"],
    [
      "init",
      ["--shares", "1", "--threshold", "1", "--age", "AGE-SECRET-KEY-1ABC"],
      "[--age] what was given is an identity, which is secret",
    ],
    ["init", ["--shares", "1", "--threshold", "1", "--pgp-key", "/nowhere"], "[--pgp-key] there is no file /nowhere"],
    ["init", ["--pgp-key", "a", "--age", "age1a"], "both --pgp-key and --age are given: give one of them"],
    [
      "init",
      ["--root-token-pgp-key", "a", "--root-token-age", "age1a"],
      "both --root-token-pgp-key and --root-token-age are given",
    ],
    ["init", ["--show"], "--show is given, and the output is no terminal"],
    ["rekey", ["--shares", "3"], "one of --shares and --threshold is given: give both, or neither to go on"],
    ["rotate", [], "[leasehold vault rotate] VAULT_TOKEN is not set"],
    ["rotate", ["--if-older-than", "0d"], "option '--if-older-than <duration>' argument '0d' is invalid"],
    ["seal", ["--yes"], "[leasehold vault seal] VAULT_TOKEN is not set"],
    ["generateRoot", ["--pgp-key", "a"], "--out does not say where the token goes: give --out FILE"],
    [
      "generateRoot",
      ["--decode", "abc", "--out", "/nowhere/token"],
      "there is no /nowhere/token.otp, or nothing of an attempt in it: somebody else began it",
    ],
    [
      "unseal",
      ["--node", "http://a", "http://b"],
      "several nodes are named, and shares are read once: give --keys FILE",
    ],
    ["export", ["folder"], "[leasehold vault export] VAULT_TOKEN is not set"],
    ["snapshot", ["save", "file"], "[leasehold vault snapshot save] VAULT_TOKEN is not set"],
    ["snapshot", ["save", "file", "--verify", "/nowhere"], "[--verify] there is no file /nowhere"],
    ["snapshot", ["restore", "/nowhere"], "[/nowhere] there is no such file: give the path of a snapshot"],
    ["doctor", ["--user", "postgres"], "--user is given without --database: give both, or leave it out"],
    ["doctor", ["--database", "postgres"], "--database is given without an environment: name the one that declares it"],
  ] as const)("%s refuses %j", async (command, args, message) => {
    await expect(run[command]([...args], nobody)).rejects.toThrow(message);
  });

  it("init refuses a file that is no PGP public key, and one that is private", async () => {
    const args = (file: string) => ["--shares", "1", "--threshold", "1", "--pgp-key", file];
    const none = write(join(folder(), "none.asc"), "hello");
    await expect(run.init(args(none), nobody)).rejects.toThrow(`[--pgp-key] ${none} holds no PGP public key`);
    const bare = write(join(folder(), "bare.pgp"), "");
    writeFileSync(bare, Buffer.from([0x98, 1, 4]));
    await expect(run.init(args(bare), nobody)).rejects.toThrow(`${bare} holds a key without a subkey to encrypt to`);
    const secret = write(join(folder(), "secret.asc"), "-----BEGIN PGP PRIVATE KEY BLOCK-----\n");
    await expect(run.init(args(secret), nobody)).rejects.toThrow(`[--pgp-key] ${secret} holds a private key`);
  });

  it("init refuses an age recipient that is cut short before a server is asked", async () => {
    const file = write(join(folder(), "recipients"), "# nobody\n");
    await expect(run.init(["--shares", "1", "--threshold", "1", "--age", file], nobody)).rejects.toThrow(
      `[--age] ${file} names no recipient`,
    );
  });

  it("snapshot restore refuses what is no snapshot", async () => {
    const file = write(join(folder(), "file.snap"), "no archive");
    await expect(run.snapshot(["restore", file], nobody)).rejects.toThrow(`[${file}] is no whole snapshot`);
    write(`${file}.manifest.json`, "{}");
    await expect(run.snapshot(["restore", file], nobody)).rejects.toThrow("is no manifest of a snapshot");
  });
});

describe("a snapshot of a server that keeps its data elsewhere", () => {
  const seal = { type: "shamir", initialized: true, sealed: false, t: 1, n: 1, progress: 0, version: "1.21.1" };

  it.each([
    ["consul", "run consul snapshot save file.snap on a Consul server"],
    ["postgresql", "run pg_dump --format=custom --file=file.snap DATABASE"],
    ["spanner", "save it as the makers of spanner say"],
  ])("is refused with the command of %s", (storage, remedy) => {
    expect(() => requireRaft("save", { ...seal, storage_type: storage }, "file.snap")).toThrow(
      `[save] the server keeps its data in ${storage}, not in raft: ${remedy}`,
    );
  });

  it("is not refused for raft, unless it is sealed", () => {
    requireRaft("save", { ...seal, storage_type: "raft" }, "file.snap");
    expect(() => requireRaft("save", { ...seal, sealed: true, storage_type: "raft" }, "f")).toThrow(
      "the server is sealed",
    );
  });
});
