import { parseEnvironment } from "../../../environments/load";
import { checkReferences } from "../../../environments/references";
import { environmentSchema } from "../../../environments/schema";
import { refusalOf } from "../../helpers/environments";
import { environmentWithLogins } from "../../helpers/logins";

/** What does not fit when the identity is changed so, a line each. */
const misfitsWith = (change: object): string[] => {
  const { identity, ...environment } = environmentWithLogins();
  const changed = environmentSchema.parse({ ...environment, identity: { ...identity, ...change } });
  return checkReferences(changed).map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("the identity of an environment", () => {
  it("fits", () => {
    expect(misfitsWith({})).toEqual([]);
  });

  it("may be left out", () => {
    expect(parseEnvironment({ ...environmentWithLogins(), identity: undefined }).identity).toEqual({
      entities: [],
      groups: [],
    });
  });

  it.each<[string, object, string]>([
    [
      "an entity twice",
      { entities: [{ name: "orders" }, { name: "orders" }] },
      'identity.entities.1.name: entity "orders" is declared twice: give one of the two another name',
    ],
    [
      "a group twice",
      { groups: [{ name: "a" }, { name: "a" }] },
      'identity.groups.1.name: group "a" is declared twice: give one of the two another name',
    ],
    [
      "an alias twice",
      {
        entities: [
          { name: "orders", aliases: [{ method: "ldap", name: "anna" }] },
          { name: "billing", aliases: [{ method: "ldap", name: "anna" }] },
        ],
      },
      'identity.entities.1.aliases.0: alias "ldap/anna" is declared twice: give one of the two another name',
    ],
    [
      "an alias of no method",
      { groups: [{ name: "a", alias: { method: "okta", name: "a" } }] },
      'identity.groups.0.alias.method: auth method "okta" is not declared: declare it or use one of approle, aws, github, jwt, kubernetes, ldap, oidc, token, userpass',
    ],
    [
      "an entity that is not declared",
      { groups: [{ name: "a", entities: ["nobody"] }] },
      'identity.groups.0.entities: entity "nobody" is not declared: declare it or use one of orders, billing',
    ],
    [
      "a group that is not declared",
      { groups: [{ name: "a", groups: ["none"] }] },
      'identity.groups.0.groups: group "none" is not declared: declare it or use one of a',
    ],
    [
      "members of a group that the login fills",
      { groups: [{ name: "a", alias: { method: "ldap", name: "a" }, entities: ["orders"] }] },
      "identity.groups.0: has an alias, so that its members come from the login: leave entities and groups out, or the alias",
    ],
    [
      "a grant of no role",
      { entities: [{ name: "orders", credentials: ["database/none"] }], groups: [] },
      'identity.entities.0.credentials: role "database/none" is not declared: declare it or use one of database/orders-reader, database/orders-writer, database/billing-reader',
    ],
    [
      "a policy that is not declared",
      { groups: [{ name: "a", policies: ["none"] }] },
      'identity.groups.0.policies: policy "none" is not declared: declare it or use one of developers, dbas',
    ],
  ])("is refused with %s", (_what, change, expected) => {
    expect(misfitsWith(change)).toEqual([expected]);
  });

  it("is refused with groups that lead back to themselves, each named", () => {
    const groups = [
      { name: "a", groups: ["b"] },
      { name: "b", groups: ["c"] },
      { name: "c", groups: ["a"] },
      { name: "d", groups: ["a"] },
    ];
    const circle = "leads back to the group itself: take one of the memberships out";
    expect(misfitsWith({ groups })).toEqual([0, 1, 2].map((at) => `identity.groups.${at}.groups: ${circle}`));
  });

  it("is refused with what it does not know, naming the field", () => {
    const environment = { ...environmentWithLogins(), identity: { entities: [{ name: "a", alias: [] }] } };
    expect(refusalOf(() => parseEnvironment(environment))).toContain('identity.entities[0] Unrecognized key: "alias"');
  });
});
