import { AppRoleAuth } from "../../../constructs/auth/approle-auth";
import type { VaultServer } from "../../../constructs/core/server-features";
import { DatabaseSecretsEngine } from "../../../constructs/database/database-secrets-engine";
import { LeaseCountQuota, type LeaseCountQuotaProps } from "../../../constructs/system/lease-count-quota";
import { RateLimitQuota, type RateLimitQuotaProps } from "../../../constructs/system/rate-limit-quota";
import { type Fields, onlyResource, stackWithVault, synth } from "../../helpers/synth";

const enterprise: VaultServer = { product: "vault", edition: "enterprise", version: "1.21" };

function rate(props: Partial<RateLimitQuotaProps> = {}): Fields {
  const stack = stackWithVault();
  new RateLimitQuota(stack, "Limit", { name: "all", rate: 500, ...props });
  return onlyResource(synth(stack), "vault_quota_rate_limit");
}

function leases(props: Partial<LeaseCountQuotaProps> = {}): Fields {
  const stack = stackWithVault({ server: enterprise });
  new LeaseCountQuota(stack, "Limit", { name: "all", maxLeases: 500, ...props });
  return onlyResource(synth(stack), "vault_quota_lease_count");
}

describe("RateLimitQuota", () => {
  it("limits the whole server for a second at a time, unless told otherwise", () => {
    expect(rate()).toEqual({ name: "all", rate: 500, interval: 1 });
  });

  it("takes every option, and ends a mount's path as Vault reads it back", () => {
    expect(rate({ path: "auth/approle", role: "ci", interval: "1m", blockInterval: "5m" })).toEqual({
      name: "all",
      path: "auth/approle/",
      role: "ci",
      rate: 500,
      interval: 60,
      block_interval: 300,
    });
    expect(rate({ path: "database", below: "creds/app" })).toMatchObject({ path: "database/creds/app" });
    expect(rate({ path: "auth/ldap", below: "login*" })).toMatchObject({ path: "auth/ldap/login*" });
    expect(rate({ path: "database", below: "creds/*" })).toMatchObject({ path: "database/creds/*" });
    expect(rate({ path: "team", inheritable: true })).toMatchObject({ path: "team/", inheritable: true });
  });

  it.each<[Partial<Record<keyof RateLimitQuotaProps, unknown>>, string]>([
    [{ name: "a/b" }, 'name "a/b" can\'t be used'],
    [{ rate: 0 }, "rate 0 lets nobody in: give a number of requests above 0"],
    [{ rate: -1 }, "rate -1 lets nobody in"],
    [{ rate: Number.NaN }, "rate null lets nobody in"],
    [{ interval: "0s" }, 'interval "0s" is not a duration'],
    [{ blockInterval: "soon" }, 'blockInterval "soon" is not a duration'],
    [{ path: "/database" }, 'path "/database" can\'t be used'],
    [{ path: "database/" }, 'path "database/" can\'t be used'],
    [{ below: "creds/app" }, 'below "creds/app" is given without path: name the mount in path'],
    [{ path: "database", below: "creds/*/app" }, 'below "creds/*/app" is no path in a mount'],
    [{ role: "ci" }, "role ci is given with path undefined, which is no auth method's"],
    [{ role: "ci", path: "database" }, 'role ci is given with path "database", which is no auth method\'s'],
    [{ role: "c i", path: "auth/approle" }, 'role "c i" can\'t be used'],
    [{ role: "ci", path: "auth/approle", below: "login" }, "role ci is given together with below"],
    [{ inheritable: false }, "inheritable false is given without path"],
    [{ inheritable: "yes", path: "team" }, 'inheritable "yes" is not true or false'],
    [{ inheritable: true, path: "auth/approle" }, "inheritable true is given for a part of a mount"],
  ])("refuses %j", (props, message) => {
    expect(() => rate(props as Partial<RateLimitQuotaProps>)).toThrow(`[dev/Limit] ${message}`);
  });

  it("refuses a second quota of a name, and a second one of the same", () => {
    const stack = stackWithVault();
    new RateLimitQuota(stack, "A", { name: "a", rate: 1, path: "database" });
    expect(() => new RateLimitQuota(stack, "B", { name: "a", rate: 1 })).toThrow(
      'quota of rate "a" is declared already',
    );
    expect(() => new RateLimitQuota(stack, "C", { name: "c", rate: 1, path: "database" })).toThrow(
      '[dev/C] limit of rate "database" is declared already, by dev/A',
    );
    expect(
      () => new RateLimitQuota(stack, "D", { name: "d", rate: 1, path: "database", below: "creds" }),
    ).not.toThrow();
  });

  it("waits for the mount of the stack that it limits, wherever that is declared", () => {
    const stack = stackWithVault();
    new RateLimitQuota(stack, "Creds", { name: "creds", rate: 9, path: "database", below: "creds/app" });
    new DatabaseSecretsEngine(stack, "Database");
    const [quota] = Object.values(synth(stack).resource["vault_quota_rate_limit"] ?? {});
    expect(quota).toMatchObject({ depends_on: [expect.stringMatching(/^vault_mount\.Database_/)] });
  });

  it("waits for an auth method too, and for nothing that the stack does not declare", () => {
    const stack = stackWithVault();
    new RateLimitQuota(stack, "Logins", { name: "logins", rate: 9, path: "auth/approle" });
    new AppRoleAuth(stack, "AppRole");
    expect(onlyResource(synth(stack), "vault_quota_rate_limit")).toMatchObject({
      depends_on: [expect.stringMatching(/^vault_auth_backend\.AppRole_/)],
    });
    expect(rate({ path: "elsewhere" })).not.toHaveProperty("depends_on");
  });
});

describe("LeaseCountQuota", () => {
  it("limits what it is told to", () => {
    expect(leases({ path: "database" })).toEqual({ name: "all", path: "database/", max_leases: 500 });
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %d leases", (maxLeases) => {
    expect(() => leases({ maxLeases })).toThrow(`[dev/Limit] maxLeases ${maxLeases} is out of range`);
  });

  it.each<[string, VaultServer]>([
    ["Vault Community 1.21", { product: "vault", edition: "community", version: "1.21" }],
    ["OpenBao 2.7", { product: "openbao", version: "2.7" }],
  ])("is refused on %s", (title, server) => {
    expect(() => new LeaseCountQuota(stackWithVault({ server }), "Limit", { name: "all", maxLeases: 1 })).toThrow(
      `[dev/Limit] lease count quota all is given, and ${title} lacks quotas of leases (every Vault Enterprise has it): ` +
        "limit requests with a rate limit",
    );
  });
});
