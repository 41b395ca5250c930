import { createServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ThrowAway } from "../../cli/servers/throw-away";
import { freePort } from "../../cli/servers/ports";
import { OperatedServer, tokenAnswer } from "./operated-server";
import { describeOnEachServer } from "./rig";

interface Diagnosis {
  readonly check: string;
  readonly verdict: string;
  readonly finding: string;
  readonly remedy?: string;
}

describeOnEachServer("the doctor", (product) => {
  let place: ThrowAway;
  let server: OperatedServer;
  let keysFile: string;

  beforeAll(async () => {
    place = await ThrowAway.open();
    server = await OperatedServer.start(place, product, "patient");
    keysFile = await server.open(1, 1);
  });

  afterAll(() => place.close());

  async function examined(...args: readonly string[]): Promise<{ code: number; found: Diagnosis[] }> {
    const { code, stdout } = await server.leasehold("doctor", "--json", ...args);
    return { code, found: JSON.parse(stdout) as Diagnosis[] };
  }

  const of = (found: readonly Diagnosis[], check: string) => found.find((each) => each.check.startsWith(check));

  it("finds a server open, its clock right, and nobody told who reads what", async () => {
    const { code, found } = await examined();
    expect(code).toBe(2);
    expect(of(found, "seal of")).toMatchObject({ verdict: "ok", finding: "open, active" });
    expect(of(found, "clock of")).toMatchObject({ verdict: "ok" });
    expect(of(found, "cluster")).toMatchObject({
      verdict: "warning",
      finding: "raft has 1 voter: the loss of one stops it",
    });
    expect(of(found, "audit")).toMatchObject({
      verdict: "problem",
      finding: "no device: nobody will know who read what",
    });
    expect(of(found, "leases")).toMatchObject({ verdict: "ok", finding: "0 are live" });
    expect(of(found, "orphans")).toMatchObject({ verdict: "skipped" });
    expect(of(found, "token")).toMatchObject({ verdict: "warning", finding: "it is a root token that never ends" });
    for (const { verdict, remedy } of found) expect(verdict === "ok" || remedy !== undefined).toBe(true);
  });

  it("sees audit devices, and whether one disk takes them both", async () => {
    if (product === "openbao") return; // it takes none through its API; its configuration declares them
    const file = (name: string) => ({ type: "file", options: { file_path: server.file(name) } });
    await server.client.write("sys/audit/first", file("first.log"));
    expect(of((await examined()).found, "audit")).toMatchObject({ verdict: "warning" });
    await server.client.write("sys/audit/second", file("second.log"));
    expect(of((await examined()).found, "audit")).toMatchObject({ verdict: "ok", finding: "2 devices" });
  });

  it("warns of a token that ends soon, and of what a poor one may not see", async () => {
    const token = server.token;
    const { auth } = await server.client.ask("auth/token/create", { policies: ["default"], ttl: "5m" }, tokenAnswer);
    server.token = auth.client_token;
    const { code, found } = await examined();
    server.token = token;
    expect(code).toBe(1);
    expect(of(found, "token")).toMatchObject({
      verdict: "warning",
      finding: expect.stringMatching(/^it ends in [45] minutes$/) as string,
    });
    expect(of(found, "audit")).toMatchObject({ verdict: "unseen" });
  });

  it("finds it sealed", async () => {
    await server.vault("seal", "--yes");
    const { code, found } = await examined();
    expect(code).toBe(2);
    expect(of(found, "seal of")).toMatchObject({ verdict: "problem", finding: "sealed, 0 of 1 key shares given" });
    expect((await server.vault("unseal", "--keys", keysFile)).code).toBe(0);
  });

  it("finds nobody at an address, and a certificate that has ended", async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const gone = await examined("--node", nobody);
    expect(gone.code).toBe(2);
    expect(of(gone.found, nobody)).toMatchObject({ verdict: "problem", remedy: "start the server, or mend the port" });

    const { client } = server;
    await client.write("sys/mounts/pki", { type: "pki" });
    await client.write("pki/root/generate/internal", { common_name: "doctor" });
    await client.write("pki/roles/any", { allow_any_name: true });
    const issued = z.object({ data: z.object({ certificate: z.string(), private_key: z.string() }) });
    const { data } = await client.ask(
      "pki/issue/any",
      { common_name: "short", ip_sans: "127.0.0.1", ttl: "1s" },
      issued,
    );
    await sleep(2_000);
    const tls = createServer({ key: data.private_key, cert: data.certificate }, (_, answer) => answer.end("{}"));
    const port = await freePort();
    await new Promise<void>((resolve) => void tls.listen(port, "127.0.0.1", resolve));
    try {
      const { code, found } = await examined("--node", `https://127.0.0.1:${port}`);
      expect(code).toBe(2);
      expect(of(found, `TLS of https://127.0.0.1:${port}`)).toMatchObject({
        verdict: "problem",
        finding: expect.stringMatching(/^it ended on /) as string,
      });
    } finally {
      await new Promise((resolve) => tls.close(resolve));
    }
  });
});
