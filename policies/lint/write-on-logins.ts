import { alwaysError } from "../../constructs/core/rule";
import { PathSet } from "../evaluator/path-set";
import type { PolicyRule } from "../language/policy-rule";
import type { LintRule } from "./lint-rule";
import { writesOn } from "./rule-traits";

/** What says which policies a login, a group or an entity has. */
const assigning = [
  "auth/+/role/*",
  "auth/+/roles/*",
  "auth/+/users/*",
  "auth/+/groups/*",
  "auth/+/map/*",
  "auth/+/certs/*",
  "identity/entity",
  "identity/entity/*",
  "identity/group",
  "identity/group/*",
];

/** Below one login, what gives it a new secret and no other policy. */
const secrets = [
  "auth/+/role/+/secret-id",
  "auth/+/role/+/secret-id/+",
  "auth/+/role/+/secret-id-accessor/+",
  "auth/+/role/+/custom-secret-id",
  "auth/+/users/+/password",
].map((pattern) => PathSet.of(pattern));

export const writeOnLogins: LintRule = {
  id: "LH-POL-007",
  title: "no write on who has which policy",
  why: "whoever can write a login's role, a user, a group or an entity can give it any policy, or take its secret and be it",
  remedy: "read them only, or name the one role whose SecretID is issued, as in auth/approle/role/app/secret-id",
  severity: alwaysError,
  references: ["https://developer.hashicorp.com/vault/docs/concepts/policies#associating-policies"],
  check: (rules) =>
    writesOn(
      rules.filter((rule) => !onlyGivesSecrets(rule)),
      assigning,
      "what says who has which policy",
    ),
};

/** A secret of one login, which the path names. */
function onlyGivesSecrets({ path }: PolicyRule): boolean {
  const login = path.split("/")[3] ?? "";
  return !/[+*]/.test(login) && secrets.some((each) => each.covers(PathSet.of(path)));
}
