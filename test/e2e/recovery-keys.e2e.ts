import { existsSync, readFileSync } from "node:fs";
import { keysIn, tokenAnswer } from "./operated-server";
import { Operator } from "./operator";
import type { OwnServer } from "./own-server";
import { describeOnEachServer } from "./rig";
import { ServerTrial } from "./server-trial";

const mount = "seal-of-another";

describeOnEachServer("a server that the transit engine of another opens", (product, lab) => {
  let trial: ServerTrial;
  let server: OwnServer;
  let people: Operator;
  let keysFile: string;

  beforeAll(async () => {
    const other = lab.operator();
    await other.write(`sys/mounts/${mount}`, { type: "transit" });
    await other.write(`${mount}/keys/unseal`, {});
    const rule = (path: string) => `path "${mount}/${path}/unseal" { capabilities = ["update"] }`;
    await other.write(`sys/policies/acl/${mount}`, { policy: `${rule("encrypt")}\n${rule("decrypt")}` });
    const periodic = { policies: [mount], period: "24h", no_parent: true };
    const { auth } = await other.ask("auth/token/create", periodic, tokenAnswer);

    trial = await ServerTrial.open(product, lab);
    const configuration = {
      ...(await trial.base()),
      storage: { type: "raft" as const, path: trial.dataFolder(), nodeId: "one" },
      seal: { type: "transit" as const, address: lab.address, mountPath: `${mount}/`, keyName: "unseal" },
    };
    const variable = product === "vault" ? "VAULT_TOKEN" : "BAO_TOKEN";
    server = trial.serverOn(configuration, { secrets: { [variable]: auth.client_token } });
    await server.start();
    people = new Operator(server.address, trial.place.folderFor("files"));
  });

  afterAll(async () => {
    await trial.close();
    await lab.operator().delete(`sys/mounts/${mount}`);
    await lab.operator().delete(`sys/policies/acl/${mount}`);
  });

  it("opens by itself once it is initialised, and its shares are recovery keys", async () => {
    keysFile = people.file("keys.json");
    const { code, stdout, stderr } = await people.vault(
      ...["init", "--out", keysFile, "--shares", "3", "--threshold", "2"],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(
      `${server.address} is initialised, and active: its seal (transit) opens it, and 2 of 3 recovery keys prove who asks`,
    );
    expect(keysIn(keysFile)).toMatchObject({ kind: "recovery", threshold: 2 });
    expect(keysIn(keysFile).keys).toHaveLength(3);
    people.token = keysIn(keysFile).rootToken ?? "";
    expect((await people.vault("unseal", "--keys", keysFile)).stdout).toContain("is active: it was open already");
    expect((await people.vault("status")).stdout).toContain("transit, 2 of 3");
  });

  it("has its recovery keys replaced by a threshold of them", async () => {
    const out = people.file("new-keys.json");
    const before = keysFile;
    const shares = ["--shares", "5", "--threshold", "3"];
    expect(await people.json("rekey", ...shares, "--keys", before, "--out", out)).toMatchObject({ step: "complete" });
    expect(keysIn(out)).toMatchObject({ kind: "recovery", threshold: 3 });
    keysFile = out;
    const token = people.file("never");
    const refused = await people.vault("generate-root", "--out", token, "--keys", before);
    expect(refused.stdout + refused.stderr).not.toContain("the root token is in");
    await people.json("generate-root", "--cancel", "--yes", "--out", token);
  });

  it("gives a root token for its recovery keys", async () => {
    const out = people.file("root-token");
    expect(await people.json("generate-root", "--out", out, "--keys", keysFile)).toMatchObject({ step: "complete" });
    const token = readFileSync(out, "utf8").trim();
    expect(await server.client.withToken(token).list("sys/policies/acl")).toContain("root");
  });

  it("is saved and restored, and is said to be tried in no throw-away server", async () => {
    const saved = people.file("vault.snap");
    const sentence = "the server is opened by its seal (transit), which a server that is shut off";
    expect((await people.vault("snapshot", "save", saved, "--verify", keysFile)).stderr).toContain(sentence);
    expect(existsSync(saved)).toBe(false);
    await people.json("snapshot", "save", saved);
    expect((await people.vault("snapshot", "verify", saved, "--keys", keysFile)).stderr).toContain(sentence);
    const client = server.client.withToken(people.token);
    await client.write("sys/policies/acl/since", { policy: 'path "a" { capabilities = ["read"] }' });
    expect(await people.json("snapshot", "restore", saved, "--yes")).toMatchObject({ state: "active" });
    expect(await client.exists("sys/policies/acl/since")).toBe(false);
  });

  it("is closed by hand, and opened again by recovery keys, or by its start", async () => {
    expect(await people.vault("seal", "--yes")).toMatchObject({ code: 0 });
    const sealed = await people.vault("status");
    expect(sealed).toMatchObject({ code: 2 });
    expect(sealed.stdout).toContain("transit, has not opened it");
    expect((await people.leasehold("doctor")).stdout).toContain("its seal (transit) has not opened it");
    const opened = await people.vault("unseal", "--keys", keysFile);
    expect(opened).toMatchObject({ code: 0, stdout: `${server.address} is active\n` });
    await people.vault("seal", "--yes");
    await server.stop();
    await server.start();
    await server.until("active", () => server.client.isActive());
  });
});
