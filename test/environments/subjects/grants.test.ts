import { parseEnvironment } from "../../../environments/load";
import { loginsOf } from "../../../environments/logins/logins";
import { checkReferences } from "../../../environments/references";
import { environmentSchema } from "../../../environments/schema";
import { environmentWith, refusalOf } from "../../helpers/environments";

const granted = (grants: object) => environmentWith({ "auth[0].roles[0]": { name: "app", ...grants } });

const misfitsOf = (grants: object): string[] =>
  checkReferences(environmentSchema.parse(granted(grants))).map(({ path, message }) => `${path.join(".")}: ${message}`);

const at = "auth.0.roles.0";
const roles = "database/orders-reader, database/orders-writer, database/billing-reader";

describe("what a login is granted", () => {
  it("may be of every kind", () => {
    const grants = {
      credentials: ["database/orders-reader"],
      allCredentialsOf: ["database"],
      renewLeases: ["database/orders-reader"],
      manageLeases: ["database/orders-writer"],
      manageAllLeasesOf: ["database"],
      kv: [
        {
          mount: "secret",
          path: "shop/orders",
          may: ["read", "write", "list", "describe", "delete", "undelete", "destroy"],
        },
      ],
      transit: [
        { mount: "transit", key: "orders", may: ["encrypt", "decrypt", "sign", "verify", "rewrap", "hmac", "rotate"] },
      ],
      pki: [{ mount: "pki", role: "servers", may: ["issue", "sign"] }],
    };
    expect(misfitsOf(grants)).toEqual([]);
    expect(parseEnvironment(granted(grants)).auth.flatMap(loginsOf)[0]?.login).toEqual({ name: "app", ...grants });
  });

  it.each<[string, object, string]>([
    [
      "credentials",
      { credentials: ["database/none"] },
      `role "database/none" is not declared: declare it or use one of ${roles}`,
    ],
    [
      "allCredentialsOf",
      { allCredentialsOf: ["none"] },
      'mount "none" is not declared: declare it or use one of database, reports/database',
    ],
    [
      "renewLeases",
      { renewLeases: ["database/none"] },
      `role with leases "database/none" is not declared: declare it or use one of ${roles}`,
    ],
    [
      "manageLeases",
      { manageLeases: ["database/none"] },
      `role with leases "database/none" is not declared: declare it or use one of ${roles}`,
    ],
    [
      "manageAllLeasesOf",
      { manageAllLeasesOf: ["none"] },
      'mount "none" is not declared: declare it or use one of database, reports/database',
    ],
  ])("is refused where %s names what is not declared", (field, grants, message) => {
    expect(misfitsOf(grants)).toEqual([`${at}.${field}: ${message}`]);
  });

  it("is refused where a static role, which has no leases, is named for its leases", () => {
    const environment = environmentWith({
      "databases[0].staticRoles": [
        { name: "legacy", username: "legacy", rotation: { period: "7d" }, rotatesAtOnce: true },
      ],
      "auth[0].roles[0].renewLeases": ["database/legacy"],
    });
    expect(refusalOf(() => parseEnvironment(environment))).toContain(
      'auth[0].roles[0].renewLeases role with leases "database/legacy" is not declared',
    );
  });

  it.each<[string, object, string]>([
    ["credentials[0]", { credentials: ["orders-reader"] }, '"orders-reader" is not <mount>/<role>'],
    ["renewLeases[0]", { renewLeases: ["x/"] }, '"x/" is not <mount>/<role>'],
    ["kv[0].path", { kv: [{ mount: "secret", path: "/shop", may: ["read"] }] }, '"/shop" is not the path of secrets'],
    ["kv[0].path", { kv: [{ mount: "secret", path: "shop/*", may: ["read"] }] }, '"shop/*" is not the path of secrets'],
    ["kv[0].may[0]", { kv: [{ mount: "secret", path: "shop", may: ["sudo"] }] }, "Invalid option"],
    ["kv[0].may", { kv: [{ mount: "secret", path: "shop", may: [] }] }, "Too small"],
    ["transit[0].may[0]", { transit: [{ mount: "transit", key: "k", may: ["export"] }] }, "Invalid option"],
    ["transit[0].key", { transit: [{ mount: "transit", key: "a/b", may: ["sign"] }] }, '"a/b" is not a name'],
    ["pki[0].role", { pki: [{ mount: "pki", role: "*", may: ["sign"] }] }, '"*" is not a name'],
    ["pki[0].may[0]", { pki: [{ mount: "pki", role: "servers", may: ["revoke"] }] }, "Invalid option"],
  ])("is refused in %s", (field, grants, message) => {
    expect(refusalOf(() => parseEnvironment(granted(grants)))).toContain(`auth[0].roles[0].${field} ${message}`);
  });

  it.each(["kv", "transit", "pki"])("is refused where %s names a mount of databases", (field) => {
    const entry = { kv: { path: "a" }, transit: { key: "a" }, pki: { role: "a" } }[field];
    const may = { kv: ["read"], transit: ["sign"], pki: ["sign"] }[field];
    expect(misfitsOf({ [field]: [{ mount: "database", ...entry, may }] })).toEqual([
      `${at}.${field}.0.mount: "database" is a mount of databases: name a ${field} mount`,
    ]);
  });
});
