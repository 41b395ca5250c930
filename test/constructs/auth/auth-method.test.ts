import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import type { MethodTuning } from "../../../constructs/auth/auth-method";
import { type Fields, onlyResource, stackWithVault, synth } from "../../helpers/synth";

function declare(tuning?: MethodTuning) {
  const stack = stackWithVault();
  new AppRoleAuth(stack, "Logins", tuning && { tuning });
  const written = onlyResource(synth(stack), "vault_auth_backend")["tune"] as Fields[] | undefined;
  // The bindings write null for what is left out.
  return written?.map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)));
}

const whole = {
  default_lease_ttl: "768h",
  max_lease_ttl: "768h",
  listing_visibility: "hidden",
  token_type: "default-service",
};

describe("the tuning of an auth method", () => {
  it("is the server's own unless asked for", () => {
    expect(declare()).toBeUndefined();
  });

  it("is written whole, because the provider reads it back whole", () => {
    expect(declare({})).toEqual([whole]);
  });

  it("takes each option", () => {
    expect(
      declare({
        defaultLeaseTtl: "30m",
        maxLeaseTtl: "8h",
        listingVisibility: "unauth",
        tokenType: "batch",
        passthroughRequestHeaders: ["X-Request-Id"],
      }),
    ).toEqual([
      {
        default_lease_ttl: "30m",
        max_lease_ttl: "8h",
        listing_visibility: "unauth",
        token_type: "batch",
        passthrough_request_headers: ["X-Request-Id"],
      },
    ]);
  });

  it("has a default TTL that is no longer than the maximum", () => {
    expect(declare({ maxLeaseTtl: "1h" })).toEqual([{ ...whole, default_lease_ttl: "1h", max_lease_ttl: "1h" }]);
    expect(() => declare({ defaultLeaseTtl: "2h", maxLeaseTtl: "1h" })).toThrow(
      "[dev/Logins] tuning.defaultLeaseTtl 2h exceeds tuning.maxLeaseTtl 1h",
    );
    expect(() => declare({ defaultLeaseTtl: "33d" })).toThrow(
      "[dev/Logins] tuning.defaultLeaseTtl 33d exceeds tuning.maxLeaseTtl 768h",
    );
  });

  it.each<[MethodTuning["maxLeaseTtl"], string]>([
    ["45s", "45s"],
    ["90s", "1m30s"],
    ["60m", "1h"],
    ["90m", "1h30m"],
    ["3601s", "1h0m1s"],
    ["2d", "48h"],
  ])("writes %s as Go does, %s", (maxLeaseTtl, text) => {
    expect(declare({ maxLeaseTtl })).toEqual([{ ...whole, default_lease_ttl: text, max_lease_ttl: text }]);
  });

  it.each<[string, MethodTuning, string]>([
    ["defaultLeaseTtl", { defaultLeaseTtl: "0s" }, `"0s" is not a duration`],
    ["maxLeaseTtl", { maxLeaseTtl: "1y" as "1d" }, `"1y" is not a duration`],
    ["listingVisibility", { listingVisibility: "public" as "unauth" }, `"public" is unknown: use hidden or unauth`],
    [
      "tokenType",
      { tokenType: "eternal" as "batch" },
      `"eternal" is unknown: use default-service, default-batch, service or batch`,
    ],
    ["passthroughRequestHeaders", { passthroughRequestHeaders: ["X Y"] }, `"X Y" is not the name of a header`],
  ])("refuses a %s that can't be used", (field, tuning, problem) => {
    expect(() => declare(tuning)).toThrow(`[dev/Logins] tuning.${field} ${problem}`);
  });
});
