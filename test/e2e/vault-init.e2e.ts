import { statSync } from "node:fs";
import { ThrowAway } from "../../cli/servers/throw-away";
import { projectRoot } from "../../cli/context";
import { runOrFail } from "../../cli/processes";
import { hostEnvironment } from "../../environments/load";
import { PgpHolders } from "./pgp-holders";
import { keysIn, OperatedServer } from "./operated-server";
import { describeOnEachServer } from "./rig";

describeOnEachServer("a new server", (product) => {
  let place: ThrowAway;

  beforeAll(async () => {
    place = await ThrowAway.open();
  });

  afterAll(() => place.close());

  it("is initialised, opened, closed and opened again, and no key is shown on the way", async () => {
    const server = await OperatedServer.start(place, product, "plain");
    const out = server.file("keys.json");
    const outputs: string[] = [];
    const command = async (...args: readonly string[]) => {
      const result = await server.vault(...args);
      outputs.push(result.stdout, result.stderr);
      return result;
    };
    expect((await command("status")).code).toBe(2);
    const any = server.file("any", `${Buffer.alloc(33, 1).toString("base64")}\n`);
    expect((await command("unseal", "--keys", any)).stderr).toContain("is not initialised, so no key opens it");

    expect(await command("init", "--out", out)).toMatchObject({ code: 0 });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const keys = keysIn(out);
    expect(keys).toMatchObject({ threshold: 3, encryption: "none" });
    expect(keys.keys).toHaveLength(5);
    server.token = keys.rootToken ?? "";

    // Each holder gives theirs; the third opens it.
    for (const [at, share] of keys.keys.slice(0, 3).entries()) {
      const file = server.file(`holder-${at}`, `${share}\n`);
      const { code, stdout } = await command("unseal", "--keys", file);
      expect({ code, stdout }).toEqual(
        at < 2
          ? { code: 2, stdout: `${server.address} is sealed: ${at + 1} of 3 key shares are given\n` }
          : { code: 0, stdout: `${server.address} is active\n` },
      );
    }
    const before = await command("init", "--out", out);
    expect(before).toMatchObject({
      code: 0,
      stdout: `${server.address} is initialised already, and active; nothing was changed\n`,
    });
    expect(keysIn(out)).toEqual(keys);
    expect((await command("unseal", "--keys", out)).stdout).toBe(`${server.address} is active: it was open already\n`);
    expect((await command("status")).code).toBe(0);

    expect((await command("seal")).stderr).toContain("has no terminal to ask for consent: give --yes");
    expect((await command("seal", "--yes")).stdout).toBe(`${server.address} is sealed\n`);
    expect((await command("seal", "--yes")).stdout).toBe(`${server.address} is sealed already\n`);
    expect((await command("init", "--out", server.file("others.json"))).stdout).toContain(
      "initialised already, and sealed",
    );
    expect((await command("unseal", "--keys", out)).stdout).toBe(`${server.address} is active\n`);

    const shown = outputs.join("\n") + server.log();
    for (const secret of [...keys.keys, server.token]) expect(shown).not.toContain(secret);
  });

  it("takes no share of another server, and says so without showing it", async () => {
    const server = await OperatedServer.start(place, product, "strange");
    const out = await server.open(3, 2);
    await server.vault("seal", "--yes");
    const strange = Buffer.alloc(33, 7).toString("base64");
    const file = server.file("strange", `${keysIn(out).keys[0]}\n${strange}\n`);
    const { code, stderr } = await server.vault("unseal", "--keys", file);
    expect(code).toBe(1);
    expect(stderr).toContain("the shares that were given don't open it");
    expect(stderr).not.toContain(strange);
    expect((await server.vault("unseal", "--keys", out)).code).toBe(0);
  });

  it("writes nothing over a file, and initialises nothing then", async () => {
    const server = await OperatedServer.start(place, product, "kept");
    const out = server.file("keys.json", "somebody's\n");
    const { code, stderr } = await server.vault("init", "--out", out);
    expect(code).toBe(1);
    expect(stderr).toContain(`${out} exists already: nothing is overwritten`);
    expect(await server.json<{ nodes: { state: string }[] }[]>("init", "--out", server.file("k.json"))).toMatchObject({
      initialised: true,
    });
  });

  it("encrypts each share, and the root token, to the PGP key of its holder", async () => {
    const server = await OperatedServer.start(place, product, "pgp");
    const holders = new PgpHolders(`${place.folder}/gpg-${product}`);
    try {
      const files = [
        await holders.publicKey("ann"),
        await holders.publicKey("bob", false),
        await holders.publicKey("eve"),
      ];
      const out = server.file("keys.json");
      const root = await holders.publicKey("root");
      const args = ["--shares", "3", "--threshold", "2", "--pgp-key", ...files, "--root-token-pgp-key", root];
      await server.json("init", "--out", out, ...args);
      const keys = keysIn(out);
      expect(keys.encryption).toBe("pgp");
      expect((await server.vault("unseal", "--keys", out)).stderr).toContain(
        "its shares are encrypted with pgp, each to its holder",
      );
      for (const at of [0, 1]) {
        const share = server.file(`share-${at}`, await holders.decrypt(keys.keys[at] ?? ""));
        await server.vault("unseal", "--keys", share);
      }
      server.token = (await holders.decrypt(keys.rootToken ?? "")).trim();
      expect((await server.vault("status")).code).toBe(0);
      expect(await server.client.list("sys/policies/acl")).toContain("root");
    } finally {
      await holders.end();
    }
  });

  it("encrypts each share, and the root token, to an age recipient", async () => {
    const server = await OperatedServer.start(place, product, "age");
    const script = `
      import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
      const [what, text] = JSON.parse(process.argv.at(-1));
      if (what === "new") {
        const identity = await generateX25519Identity();
        console.log(JSON.stringify([identity, await identityToRecipient(identity)]));
      } else {
        const decrypter = new Decrypter();
        decrypter.addIdentity(what);
        console.log(JSON.stringify(await decrypter.decrypt(armor.decode(text), "text")));
      }`;
    // A module of its own kind, which Jest can't load.
    const age = async <T>(what = "", text = ""): Promise<T> => {
      const args = ["--input-type=module", "-e", script, JSON.stringify([what, text])];
      return JSON.parse(await runOrFail(process.execPath, args, { cwd: projectRoot, env: hostEnvironment() })) as T;
    };
    const holders = [];
    for (let at = 0; at < 3; at++) holders.push(await age<[string, string]>("new"));
    const identities = holders.map(([identity]) => identity);
    const recipients = holders.map(([, recipient]) => recipient);
    const decrypt = (identity: string | undefined, text = "") => age<string>(identity, text);
    const out = server.file("keys.json");
    const args = [
      "--shares",
      "2",
      "--threshold",
      "2",
      "--age",
      ...recipients.slice(0, 2),
      "--root-token-age",
      recipients[2] ?? "",
    ];
    await server.json("init", "--out", out, ...args);
    const keys = keysIn(out);
    expect(keys).toMatchObject({ encryption: "age", recipients: recipients.slice(0, 2) });
    await expect(decrypt(identities[1], keys.keys[0])).rejects.toThrow();
    const shares = [await decrypt(identities[0], keys.keys[0]), await decrypt(identities[1], keys.keys[1])];
    expect((await server.vault("unseal", "--keys", server.file("shares", shares.join("\n")))).code).toBe(0);
    server.token = await decrypt(identities[2], keys.rootToken);
    expect(await server.client.list("sys/policies/acl")).toContain("root");
  });
});
