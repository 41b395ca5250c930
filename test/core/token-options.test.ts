import { tokenAttributes, type TokenOptions } from "../../constructs/core/token-options";

const attributes = (options: TokenOptions) => tokenAttributes("dev/Logins/ci", options);

describe("token options", () => {
  it("give short-lived tokens unless told otherwise", () => {
    expect(attributes({})).toEqual({ tokenTtl: 1200, tokenMaxTtl: 86_400 });
  });

  it("are passed on as the provider takes them", () => {
    expect(
      attributes({ tokenCidrs: ["10.0.0.0/8"], tokenUses: 1, tokenType: "service", noDefaultPolicy: true }),
    ).toMatchObject({
      tokenBoundCidrs: ["10.0.0.0/8"],
      tokenNumUses: 1,
      tokenType: "service",
      tokenNoDefaultPolicy: true,
    });
  });

  it.each([0, -1, 1.5, 1_000_001, Number.NaN])("refuse %d uses of a token", (tokenUses) => {
    expect(() => attributes({ tokenUses })).toThrow(
      `[dev/Logins/ci] tokenUses ${tokenUses} is out of range: give a whole number from 1 to 1000000`,
    );
  });

  it.each<[string, TokenOptions]>([
    ["tokenUses", { tokenUses: 1 }],
    ["tokenPeriod", { tokenPeriod: "1h" }],
  ])("refuse %s of batch tokens", (field, options) => {
    expect(attributes({ tokenType: "batch" })).toMatchObject({ tokenType: "batch" });
    expect(() => attributes({ tokenType: "batch", ...options })).toThrow(
      `[dev/Logins/ci] tokenType batch excludes ${field}: take service tokens, or leave it out`,
    );
  });

  it("refuse a tokenType that Vault has not", () => {
    expect(() => attributes({ tokenType: "eternal" as "batch" })).toThrow(
      '[dev/Logins/ci] tokenType "eternal" is unknown: use service or batch',
    );
  });

  it("refuse a noDefaultPolicy that is no boolean", () => {
    expect(() => attributes({ noDefaultPolicy: "yes" as never })).toThrow(
      '[dev/Logins/ci] noDefaultPolicy "yes" is unknown: use true or false',
    );
  });
});
