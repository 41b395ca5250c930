import { readFileSync, existsSync } from "node:fs";
import { z } from "zod";
import { ThrowAway } from "../../cli/servers/throw-away";
import { keysIn, OperatedServer } from "./operated-server";
import { PgpHolders } from "./pgp-holders";
import { describeOnEachServer } from "./rig";

interface Step {
  readonly step: string;
  readonly given: number;
  readonly required: number;
}

describeOnEachServer("new keys", (product) => {
  let place: ThrowAway;
  let server: OperatedServer;
  let keysFile: string;
  const holder = (at: number, from = keysFile) =>
    server.file(`holder-${at}-${Math.random()}`, `${keysIn(from).keys[at]}\n`);

  beforeAll(async () => {
    place = await ThrowAway.open();
    server = await OperatedServer.start(place, product, "rekeyed");
    keysFile = await server.open();
  });

  afterAll(() => place.close());

  it("for what is stored: a new term, and what was stored before is read", async () => {
    await server.client.write("sys/policies/acl/before", { policy: 'path "before" { capabilities = ["read"] }' });
    const rotated = await server.json<{ rotated: boolean; before: { term: number }; after: { term: number } }>(
      "rotate",
      "--yes",
    );
    expect(rotated).toMatchObject({ rotated: true, before: { term: 1 }, after: { term: 2 } });
    expect(await server.json("rotate", "--yes", "--if-older-than", "1h")).toMatchObject({
      rotated: false,
      after: { term: 2 },
    });
    await server.vault("seal", "--yes");
    expect((await server.vault("unseal", "--keys", keysFile)).code).toBe(0);
    expect(await server.client.exists("sys/policies/acl/before")).toBe(true);
  });

  it("are not begun by who asks where it is, and are ended by who cancels", async () => {
    expect(await server.json<Step>("rekey", "--status")).toMatchObject({ step: "none", required: 3 });
    expect((await server.vault("rekey", "--keys", holder(0))).stderr).toContain("no rekey is under way");
    const begun = await server.json<Step>("rekey", "--shares", "4", "--threshold", "2", "--keys", holder(0));
    expect(begun).toMatchObject({ step: "authorising", given: 1, required: 3 });
    expect((await server.vault("rekey", "--cancel")).stderr).toContain("give --yes");
    await server.json("rekey", "--cancel", "--yes");
    expect(await server.json<Step>("rekey", "--status")).toMatchObject({ step: "none" });
  });

  it("go from 5 shares with threshold 3 to 3 with 2, in steps of several holders", async () => {
    const out = server.file("new-keys.json");
    expect(await server.json<Step>("rekey", "--shares", "3", "--threshold", "2", "--keys", holder(0))).toMatchObject({
      given: 1,
    });
    const other = await server.vault("rekey", "--shares", "7", "--threshold", "4", "--keys", holder(1));
    expect(other.stderr).toContain("a rekey to 3 shares with threshold 2 is under way");
    const wrong = await server.vault("rekey", "--keys", server.file("wrong", "no share\n"));
    expect(wrong.stderr).toContain("wrong, line 1] is no key share");
    expect(await server.json<Step>("rekey", "--keys", holder(1))).toMatchObject({ step: "authorising", given: 2 });
    expect((await server.vault("rekey", "--keys", holder(2))).stderr).toContain(
      "--out does not say where the new ones go",
    );
    const done = await server.vault("rekey", "--keys", holder(2), "--out", out);
    expect(done.stdout).toContain("2 of 3 new key shares open the server");
    const fresh = keysIn(out);
    expect(fresh).toMatchObject({ threshold: 2, encryption: "none" });
    expect(fresh.keys).toHaveLength(3);
    for (const key of fresh.keys) expect(done.stdout + done.stderr).not.toContain(key);

    await server.vault("seal", "--yes");
    expect((await server.vault("unseal", "--keys", keysFile)).stderr).toContain("don't open it");
    expect((await server.vault("unseal", "--keys", out)).code).toBe(0);
    keysFile = out;
  });

  it("are proven by their holders where they are encrypted, and until then those of today hold", async () => {
    const holders = new PgpHolders(`${place.folder}/gpg-${product}`);
    try {
      const files = [await holders.publicKey("ann"), await holders.publicKey("bob"), await holders.publicKey("eve")];
      const out = server.file("pgp-keys.json");
      const begun = [
        "rekey",
        "--shares",
        "3",
        "--threshold",
        "2",
        "--pgp-key",
        ...files,
        "--keys",
        keysFile,
        "--out",
        out,
      ];
      expect(await server.json<Step>(...begun)).toMatchObject({ step: "proving", given: 0, required: 2 });
      expect(keysIn(out)).toMatchObject({ encryption: "pgp" });
      expect(keysIn(out).recipients).toHaveLength(3);
      await server.vault("seal", "--yes");
      expect((await server.vault("unseal", "--keys", keysFile)).code).toBe(0); // sealing has ended the rekey
      const again = server.file("pgp-keys-again.json");
      expect(await server.json<Step>(...begun.slice(0, -1), again)).toMatchObject({ step: "proving" });
      for (const at of [0, 1]) {
        const share = server.file(`pgp-${at}`, await holders.decrypt(keysIn(again).keys[at] ?? ""));
        expect(await server.json<Step>("rekey", "--keys", share)).toMatchObject(
          at === 0 ? { step: "proving", given: 1 } : { step: "complete" },
        );
      }
      await server.vault("seal", "--yes");
      expect((await server.vault("unseal", "--keys", keysFile)).code).toBe(1);
      const shares = await Promise.all([1, 2].map((at) => holders.decrypt(keysIn(again).keys[at] ?? "")));
      keysFile = server.file("pgp-plain", `${shares.join("\n")}\n`);
      expect((await server.vault("unseal", "--keys", keysFile)).code).toBe(0);
    } finally {
      await holders.end();
    }
  });

  it("make a root token, whose last share another holder gives", async () => {
    const shares = readFileSync(keysFile, "utf8").trim().split("\n");
    const mine = (at: number) => server.file(`root-share-${at}`, `${shares[at]}\n`);
    const out = server.file("root-token");
    if (product === "openbao") {
      const token = server.token;
      server.token = "";
      expect((await server.vault("generate-root", "--out", out, "--keys", mine(0))).stderr).toContain(
        "this OpenBao makes no root token for who has no token",
      );
      server.token = token;
    }
    expect((await server.vault("generate-root", "--keys", mine(0))).stderr).toContain("no attempt is under way");
    expect(await server.json<Step>("generate-root", "--out", out, "--keys", mine(0))).toMatchObject({
      step: "authorising",
      given: 1,
    });
    const last = await server.json<Step & { encoded: string }>("generate-root", "--keys", mine(1));
    expect(last).toMatchObject({ step: "complete" });
    await server.json("generate-root", "--out", out, "--decode", last.encoded);
    const token = readFileSync(out, "utf8").trim();
    const lookup = z.object({ data: z.object({ policies: z.array(z.string()) }) });
    const { data } = await server.client.withToken(token).read("auth/token/lookup-self", lookup);
    expect(data.policies).toEqual(["root"]);
    expect(existsSync(`${out}.otp`)).toBe(false);

    // And by one holder of all at once.
    const alone = server.file("root-token-alone");
    expect(await server.json<Step>("generate-root", "--out", alone, "--keys", keysFile)).toMatchObject({
      step: "complete",
    });
    expect(await server.client.withToken(readFileSync(alone, "utf8").trim()).list("sys/policies/acl")).toContain(
      "root",
    );
    await server.json<Step>("generate-root", "--out", server.file("never"), "--keys", mine(0));
    await server.json("generate-root", "--cancel", "--yes");
    expect(await server.json<Step>("generate-root", "--status")).toMatchObject({ step: "none" });
  });
});
