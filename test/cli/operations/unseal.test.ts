import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { listed } from "../../../cli/operations/share-source";
import { unseal } from "../../../cli/operations/unseal";
import { VaultPlace } from "../../../cli/operations/vault-place";

/** What no real server shows at will: several nodes behind one address, and a seal that can't be reached. */
describe("a sealed server", () => {
  const shares = [1, 2, 3].map((byte) => Buffer.alloc(33, byte).toString("base64"));
  let server: Server;
  let answers: object[];
  let refuses = false;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.method === "GET") response.end(JSON.stringify(answers.shift()));
      else response.writeHead(refuses ? 500 : 200).end(refuses ? '{"errors":["no KMS"]}' : "{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const sealed = { type: "shamir", initialized: true, sealed: true, t: 3, n: 5, progress: 0, version: "1.21.1" };

  function open() {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return unseal(new VaultPlace({ address }).client(), "vault", listed(shares));
  }

  it("is not opened by shares of which each meets another node", async () => {
    answers = [sealed, { ...sealed, progress: 1, nonce: "first" }, { ...sealed, progress: 1, nonce: "second" }];
    await expect(open()).rejects.toThrow(
      "[vault] two shares met different nodes behind this address, or somebody begins anew at the same time: name one node",
    );
  });

  it("goes on with shares that others gave to the same node", async () => {
    const given = { ...sealed, nonce: "first" };
    answers = [
      { ...given, progress: 1 },
      { ...given, progress: 2 },
      { ...sealed, sealed: false },
    ];
    expect(await open()).toMatchObject({ sealed: false, given: 2 });
  });

  it("is said to lack its seal where recovery keys don't open it", async () => {
    answers = [
      { ...sealed, type: "awskms" },
      { ...sealed, type: "awskms" },
    ];
    refuses = true;
    await expect(open()).rejects.toThrow(
      "[vault] the recovery keys that were given don't open it (Vault answered 500 (no KMS)): they are another server's, or it does not reach its seal (awskms)",
    );
  });
});
