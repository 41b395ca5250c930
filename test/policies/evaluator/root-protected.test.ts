import { isRootProtected } from "../../../policies/evaluator/root-protected";

describe("isRootProtected", () => {
  it.each(["sys/rotate", "sys/auth/ldap", "sys/leases/lookup/database/creds/", "sys/seal"])("says so of %s", (path) => {
    expect(isRootProtected(path, "vault")).toBe(true);
    expect(isRootProtected(path, "openbao")).toBe(true);
  });

  it.each(["sys/auth", "sys/rotate/config", "sys/leases/renew", "kv/sys/rotate"])("does not of %s", (path) => {
    expect(isRootProtected(path, "vault")).toBe(false);
    expect(isRootProtected(path, "openbao")).toBe(false);
  });

  it.each([
    ["sys/rotate/keyring", "openbao", "vault"],
    ["sys/replication/reindex", "vault", "openbao"],
  ] as const)("says so of %s on %s alone", (path, one, other) => {
    expect(isRootProtected(path, one)).toBe(true);
    expect(isRootProtected(path, other)).toBe(false);
  });
});
