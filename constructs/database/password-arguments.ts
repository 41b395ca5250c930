import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { VaultEndpoint } from "../provider/vault-endpoint";
import type { IDatabaseConnection } from "./database-interfaces";

/** What the provider's resource of a role is given of it; nothing where it is Vault's own rule. */
interface PasswordArguments {
  readonly credentialType?: "password";
  readonly credentialConfig?: { readonly password_policy: string };
}

/**
 * A connection's rules for passwords, as a role takes them. They are given to each role: the provider can't name them in the
 * connection before 5.7, and even then not take them back, so that a connection would go on asking for a policy that is gone.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/databases#credential_config
 */
export function passwordArguments({ passwordPolicy }: Pick<IDatabaseConnection, "passwordPolicy">): PasswordArguments {
  if (passwordPolicy === undefined) return {};
  return { credentialType: "password", credentialConfig: { password_policy: passwordPolicy.nameReference } };
}

/** The same for a static role, which not every provider can be told; its absence is a warning. */
export function staticPasswordArguments(role: Construct, connection: IDatabaseConnection): PasswordArguments {
  const { features } = VaultEndpoint.of(role);
  if (connection.passwordPolicy === undefined || features.has("staticRolePasswordPolicy")) {
    return passwordArguments(connection);
  }
  Annotations.of(role).addWarning(features.explainAbsence("staticRolePasswordPolicy"));
  return {};
}
