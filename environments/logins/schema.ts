import { z } from "zod";
import { approle } from "./approle";
import { aws } from "./aws";
import { github } from "./github";
import { jwt, oidc } from "./jwt";
import { kubernetes } from "./kubernetes";
import { ldap } from "./ldap";
import { token } from "./token";
import { userpass } from "./userpass";

/** An auth method of an environment with its logins. */
export const authMethod = z.discriminatedUnion("method", [
  approle,
  aws,
  github,
  jwt,
  kubernetes,
  ldap,
  oidc,
  token,
  userpass,
]);

export type DeclaredMethod = z.output<typeof authMethod>;
