import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { nextAddress, textOf, transportOver } from "../../cli/transport";

describe("what carries a request", () => {
  let server: Server;
  let address: string;
  const received: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      void textOf(request).then((body) => {
        received.push(`${request.method} ${request.url} ${body}`);
        response.end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections(); // one that a failed request left would hold it open
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(["POST", "PUT", "DELETE"])("brings the body of a %s to the server", async (method) => {
    const answer = await transportOver({})(`${address}/${method}`, { method, headers: {}, body: '{"nonce":"ü"}' });
    expect(await answer.text()).toBe("{}");
    expect(received).toContain(`${method} /${method} {"nonce":"ü"}`);
  });

  it("sends no body where there is none", async () => {
    await transportOver({})(`${address}/none`, { method: "DELETE", headers: {} });
    expect(received).toContain("DELETE /none ");
  });

  it.each([
    ["https://a:8200/v1/sys/seal", "https://b:8200/v1/sys/seal", "https://b:8200/v1/sys/seal"],
    ["https://a:8200/v1/sys/seal", "/v1/sys/step-down", "https://a:8200/v1/sys/step-down"],
    ["http://a:8200/v1/sys/seal", "http://b:8200/v1/sys/seal", "http://b:8200/v1/sys/seal"],
  ])("is sent on from %s to %s", (url, location, next) => {
    expect(nextAddress(url, location)).toBe(next);
  });

  it("does not bring a token from TLS to plain text", () => {
    expect(() => nextAddress("https://a:8200/v1/sys/seal", "http://b:8200/v1/sys/seal")).toThrow(
      "[https://a:8200/v1/sys/seal] sends callers on to http://b:8200, without TLS: mend the api_addr of the active node",
    );
  });
});
