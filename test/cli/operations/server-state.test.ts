import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { activeNode, servingState, untilServing } from "../../../cli/operations/server-state";
import { VaultPlace } from "../../../cli/operations/vault-place";

/** A node that becomes the active one, or does not, at a chosen moment: a real one's takes a few milliseconds. */
class Node {
  static async start(standbyFor: number, leader?: string): Promise<Node> {
    const node = new Node(standbyFor, leader);
    await new Promise<void>((resolve) => node.server.listen(0, "127.0.0.1", resolve));
    return node;
  }

  /** What came with the requests. */
  readonly tokens: (string | string[] | undefined)[] = [];
  private asked = 0;
  private readonly server: Server;

  private constructor(standbyFor: number, leader: string | undefined) {
    this.server = createServer((request, response) => {
      this.tokens.push(request.headers["x-vault-token"]);
      const answer = request.url?.startsWith("/v1/sys/leader")
        ? { leader_address: leader ?? this.address }
        : { initialized: true, sealed: false, standby: this.asked++ < standbyFor, server_time_utc: 0 };
      response.end(JSON.stringify(answer));
    });
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get place(): VaultPlace {
    return new VaultPlace({ address: this.address });
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }
}

describe("a node that serves", () => {
  it("is active, if it became that while it was asked who is", async () => {
    const node = await Node.start(1);
    expect(await untilServing(node.place)).toBe("active");
    await node.end();
  });

  it("is a standby, if another node is active", async () => {
    const active = await Node.start(0);
    const standby = await Node.start(Infinity, active.address);
    expect(await untilServing(standby.place)).toBe("standby");
    await Promise.all([active.end(), standby.end()]);
  });

  it("is none that takes itself for the active one, and is not", async () => {
    const node = await Node.start(Infinity);
    await expect(untilServing(node.place, 500)).rejects.toThrow("is standby, and did not become active within 0.5 s");
    expect(await servingState(node.place, 100)).toEqual({ state: "standby", serving: false });
    await node.end();
  });
});

describe("the active node", () => {
  it("is the one that a standby names, if that one is reached and active, else the node itself", async () => {
    const active = await Node.start(0);
    const standby = await Node.start(Infinity, active.address);
    const deceived = await Node.start(Infinity, standby.address);
    const unreached = await Node.start(Infinity, "http://127.0.0.1:1");
    const nameless = await Node.start(Infinity, "");
    expect((await activeNode(standby.place)).address).toBe(active.address);
    for (const node of [active, deceived, unreached, nameless]) {
      expect((await activeNode(node.place)).address).toBe(node.address);
    }
    await Promise.all([active, standby, deceived, unreached, nameless].map((node) => node.end()));
  });

  it("is asked for its state without the token, which goes only where a person or the active node sends it", async () => {
    const active = await Node.start(0);
    const standby = await Node.start(Infinity, active.address);
    await activeNode(standby.place.withToken("hvs.secret"));
    expect(standby.tokens).toContain("hvs.secret");
    expect(active.tokens).toEqual([undefined]);
    await Promise.all([active.end(), standby.end()]);
  });
});
