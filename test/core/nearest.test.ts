import { nearest } from "../../constructs/core/nearest";

describe("nearest", () => {
  it.each([
    ["DB", "db"],
    ["role", "roles"],
    ["connection_url", "connectionUrl"],
    ["conectionURL", "connectionUrl"],
    ["host", "hosts"],
  ])("takes %s for %s", (given, meant) => {
    expect(nearest(given, ["tls", "db", "roles", "hosts", "connectionUrl"])).toBe(meant);
  });

  it("takes the nearest of two that are near", () => {
    expect(nearest("caCrt", ["caPath", "caCert"])).toBe("caCert");
  });

  it.each(["customData", "", "xy"])("takes %j for nothing", (given) => {
    expect(nearest(given, ["db", "roles"])).toBeUndefined();
  });

  it("takes nothing for anything where nothing is known", () => {
    expect(nearest("db", [])).toBeUndefined();
  });
});
