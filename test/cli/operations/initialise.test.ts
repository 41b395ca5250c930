import { existsSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { initialise } from "../../../cli/operations/initialise";
import { nobody } from "../../../cli/operations/recipients";
import { withSecretFile } from "../../../cli/operations/secret-file";
import { VaultPlace } from "../../../cli/operations/vault-place";
import { scratchFolder } from "../scratch";

const folder = scratchFolder();
const seal = {
  type: "shamir",
  initialized: false,
  sealed: true,
  t: 0,
  n: 0,
  progress: 0,
  nonce: "",
  version: "1.21.1",
};

/** What no real server does at will: it initialises itself, and the answer is lost. */
describe("a server whose keys did not come", () => {
  let server: Server;
  let initialized: boolean;
  let answer: (response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.method === "GET") response.end(JSON.stringify({ ...seal, initialized }));
      else answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function attempt(): Promise<void> {
    const file = join(folder(), "keys.json");
    const vault = new VaultPlace({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }).client();
    const options = { address: "vault", shares: 5, threshold: 3, recipients: nobody, now: 0 };
    try {
      await withSecretFile("test", file, (kept) => initialise(vault, seal, kept, options));
    } finally {
      expect(existsSync(file)).toBe(false);
    }
  }

  const refusing = (status: number, error: string) => (response: ServerResponse) =>
    response.writeHead(status).end(JSON.stringify({ errors: [error] }));

  it("is said to be nobody's, where it was initialised", async () => {
    initialized = true;
    answer = (response) => response.destroy();
    await expect(attempt()).rejects.toThrow(
      /^\[vault\] was initialised, and its answer with the keys was lost \(.*empty its storage/,
    );
    answer = refusing(500, "root token encryption failed");
    await expect(attempt()).rejects.toThrow("was initialised, and its answer with the keys was lost");
  });

  it("is somebody else's, where it was initialised before", async () => {
    initialized = true;
    answer = refusing(400, "Vault is already initialized");
    await expect(attempt()).rejects.toThrow(
      "[vault] somebody else has initialised it meanwhile: ask for their file of keys",
    );
  });

  it("is as it was, where it refused", async () => {
    initialized = false;
    answer = refusing(400, "unable to parse PGP key");
    await expect(attempt()).rejects.toThrow("Vault answered 400 (unable to parse PGP key)");
  });
});
