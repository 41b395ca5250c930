import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { against } from "../../../helpers/guardrails";
import { rawPostgres, rawRole, rawStack, rawStaticRole, soundStack } from "./raw";

const withRole = (change: Parameters<typeof rawRole>[2]) => {
  const { stack, mount } = rawStack();
  rawRole(stack, rawPostgres(stack, mount), change);
  return stack;
};

describe("TTLs of a role", () => {
  it("LH-DB-009 fires on a default TTL over the max TTL", () => {
    expect(against(withRole({ defaultTtl: 3600, maxTtl: 1800 }), "LH-DB-009")).toEqual([
      "error role default_ttl 1h exceeds max_ttl 30m",
    ]);
  });

  it.each([{ defaultTtl: 1800, maxTtl: 1800 }, { defaultTtl: 1800 }, {}])("LH-DB-009 passes %j", (ttls) => {
    expect(against(withRole(ttls), "LH-DB-009")).toEqual([]);
  });

  it("LH-DB-010 fires on a max TTL over the mount's, which is named by a reference", () => {
    expect(against(withRole({ defaultTtl: 60, maxTtl: 7200 }), "LH-DB-010")).toEqual([
      "error role max_ttl 2h exceeds 1h, the longest of mount db",
    ]);
  });

  it("LH-DB-010 fires on a default TTL alone", () => {
    expect(against(withRole({ defaultTtl: 7200 }), "LH-DB-010")).toEqual([
      "error role default_ttl 2h exceeds 1h, the longest of mount db",
    ]);
  });

  it("LH-DB-010 passes TTLs up to the mount's", () => {
    expect(against(withRole({ defaultTtl: 3600, maxTtl: 3600 }), "LH-DB-010")).toEqual([]);
  });
});

describe("tokens that hold leases", () => {
  const withLogin = (
    token: { tokenMaxTtl?: number; tokenPeriod?: number; tokenNumUses?: number },
    path = "db/creds/reader",
  ) => {
    const stack = withRole({ defaultTtl: 3600 });
    const text = `path "${path}" {\n  capabilities = ["read"]\n}\n`;
    const policy = new Policy(stack, "policy", { name: "app", policy: text });
    new ApproleAuthBackendRole(stack, "login", { roleName: "app", tokenPolicies: [policy.name], ...token });
    return stack;
  };

  it.each(["db/creds/reader", "db/creds/*", "+/creds/reader"])(
    "LH-DB-011 fires on a short token that opens %s",
    (path) => {
      expect(against(withLogin({ tokenMaxTtl: 600 }, path), "LH-DB-011")).toEqual([
        "error login token_max_ttl 10m is under default_ttl 1h of db/creds/reader, which its policies open",
      ]);
    },
  );

  it.each([{ tokenMaxTtl: 3600 }, { tokenMaxTtl: 600, tokenPeriod: 60 }, {}])("LH-DB-011 passes %j", (token) => {
    expect(against(withLogin(token), "LH-DB-011")).toEqual([]);
  });

  it("LH-DB-011 passes a short token that opens something else", () => {
    expect(against(withLogin({ tokenMaxTtl: 600 }, "db/creds/writer"), "LH-DB-011")).toEqual([]);
  });

  it("LH-DB-012 fires on a token with limited uses", () => {
    expect(against(withLogin({ tokenNumUses: 3 }), "LH-DB-012")).toEqual([
      "error login token_num_uses is 3, and its policies open db/creds/reader, whose leases end with the token",
    ]);
  });

  it("LH-DB-012 passes one without a limit, and one that opens something else", () => {
    expect(against(withLogin({ tokenNumUses: 0 }), "LH-DB-012")).toEqual([]);
    expect(against(withLogin({ tokenNumUses: 3 }, "secret/data/app"), "LH-DB-012")).toEqual([]);
  });
});

describe("static roles", () => {
  const withStatic = (change: Parameters<typeof rawStaticRole>[2] = {}) => {
    const { stack, mount } = rawStack();
    const connection = rawPostgres(stack, mount);
    rawStaticRole(stack, connection, change);
    return { stack, connection };
  };

  it("LH-DB-006 fires where the user is the connection's admin", () => {
    expect(against(withStatic({ username: "vault_admin" }).stack, "LH-DB-006")).toEqual([
      "error static username vault_admin is the admin of connection app",
    ]);
    expect(against(withStatic().stack, "LH-DB-006")).toEqual([]);
  });

  it("LH-DB-013 fires on a period with a schedule", () => {
    expect(against(withStatic({ rotationSchedule: "0 3 * * 6" }).stack, "LH-DB-013")).toEqual([
      "error static has both of rotation_period and rotation_schedule",
    ]);
    expect(against(withStatic().stack, "LH-DB-013")).toEqual([]);
  });

  it("LH-DB-014 fires on a window without a schedule", () => {
    expect(against(withStatic({ rotationWindow: 3600 }).stack, "LH-DB-014")).toEqual([
      "error static rotation_window is given without rotation_schedule",
    ]);
    const scheduled = { rotationWindow: 3600, rotationSchedule: "0 3 * * 6" };
    expect(against(withStatic(scheduled).stack, "LH-DB-014")).toEqual([]);
  });

  it("LH-DB-015 fires on the second role of a user", () => {
    const { stack, connection } = withStatic();
    rawStaticRole(stack, connection, {}, "twin");
    expect(against(stack, "LH-DB-015")).toEqual(["error twin username legacy belongs to static already"]);
    rawStaticRole(stack, connection, { username: "other" }, "other");
    expect(against(stack, "LH-DB-015")).toHaveLength(1);
  });

  it("LH-DB-016 fires on a binding that says nothing of the rotation at once", () => {
    const { stack } = withStatic();
    expect(against(stack, "LH-DB-016")).toEqual([
      "error static nothing says that the users of legacy are prepared for its new password",
    ]);
  });

  it("LH-DB-016 passes skip_import_rotation, and rotatesAtOnce of a construct", () => {
    const { stack, mount } = rawStack();
    rawStaticRole(stack, rawPostgres(stack, mount)).addOverride("skip_import_rotation", true);
    expect(against(stack, "LH-DB-016")).toEqual([]);
    expect(against(soundStack(), "LH-DB-016")).toEqual([]);
  });
});
