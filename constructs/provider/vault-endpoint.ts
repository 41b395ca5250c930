import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";
import { defaultProviderConstraint, ProviderFeatures } from "../core/provider-features";
import { SecretInput } from "../core/secret-input";
import { defaultServer, ServerFeatures, type VaultServer } from "../core/server-features";
import { secretVariable } from "./secret-variable";

/** How Terraform itself logs in to Vault. */
export type VaultLogin =
  /** With the token in `VAULT_TOKEN`, or the one of `vault login`. */
  | { readonly method: "token" }
  /** As an AppRole, for CI. Terraform then works with a child token that ends with the run. */
  | {
      readonly method: "approle";
      /** Path of the auth method. @default "approle" */
      readonly path?: string;
      readonly roleId: SecretInput;
      readonly secretId: SecretInput;
    };

export interface VaultEndpointProps {
  /** URL of the Vault server, such as `https://vault.company.com`. */
  readonly address: string;
  /** Namespace that everything in the stack lies in (Vault Enterprise, OpenBao). @default the root namespace */
  readonly namespace?: string;
  /** What runs there: what it lacks is refused when the stack is declared. @default Vault Community 1.21 */
  readonly server?: VaultServer;
  /** Version constraint of the hashicorp/vault provider, with a lower bound of 4.4 or later. @default "~> 5.6" */
  readonly provider?: string;
  /** @default the token in VAULT_TOKEN */
  readonly login?: VaultLogin;
}

const endpoints = new WeakMap<TerraformStack, VaultEndpoint>();

/**
 * The Vault that a stack configures: its address, how Terraform logs in, and what the provider can do.
 *
 * @see https://registry.terraform.io/providers/hashicorp/vault/latest/docs
 */
export class VaultEndpoint extends Construct {
  /**
   * The endpoint of the stack that a construct is in.
   *
   * @throws LeaseholdError when the stack has none yet.
   */
  static of(scope: Construct): VaultEndpoint {
    const endpoint = endpoints.get(TerraformStack.of(scope));
    if (endpoint !== undefined) return endpoint;
    throw new LeaseholdError(
      scope.node.path,
      "the stack names no Vault server",
      "create a VaultEndpoint in the stack first",
    );
  }

  /** URL of the Vault server. */
  readonly address: string;
  /** What the provider can do. */
  readonly features: ProviderFeatures;
  /** What the server can do. */
  readonly server: ServerFeatures;
  /** Namespace that everything in the stack lies in; undefined where that is the root namespace. */
  readonly namespace: string | undefined;

  /**
   * @throws LeaseholdError when the stack has an endpoint already, the address is no http(s) URL, the provider constraint
   * does not promise 4.4, or the server is too old or lacks namespaces where one is given.
   */
  constructor(scope: Construct, id: string, props: VaultEndpointProps) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    if (endpoints.has(stack)) {
      throw new LeaseholdError(this.node.path, "the stack names a second Vault server", "use one stack for each Vault");
    }
    endpoints.set(stack, this);
    requireHttpUrl(this.node.path, props.address);
    this.address = props.address;
    this.namespace = props.namespace;
    const constraint = props.provider ?? defaultProviderConstraint;
    this.features = ProviderFeatures.of(constraint, `${this.node.path} provider`);
    this.server = ServerFeatures.of(props.server ?? defaultServer, `${this.node.path} server`);
    if (props.namespace !== undefined) this.server.require(this.node.path, "namespace", "namespaces");
    new VaultProvider(this, "Provider", {
      address: props.address,
      ...(props.namespace === undefined ? {} : { namespace: props.namespace }),
      ...(props.login?.method === "approle" ? { authLogin: [appRoleLogin(this, props.login)] } : {}),
    });
    stack.addOverride("terraform.required_providers.vault.version", constraint);
  }
}

function appRoleLogin(scope: Construct, login: Extract<VaultLogin, { method: "approle" }>) {
  const parameter = (field: "roleId" | "secretId") => {
    const secret = SecretInput.require(scope.node.path, `login.${field}`, login[field]);
    return secretVariable(scope, secret, "ephemeral").stringValue;
  };
  return {
    path: `auth/${login.path ?? "approle"}/login`,
    parameters: { role_id: parameter("roleId"), secret_id: parameter("secretId") },
  };
}

function requireHttpUrl(where: string, address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === "")
    return;
  throw new LeaseholdError(
    where,
    `address ${JSON.stringify(address.replace(/\/\/[^/]*@/, "//***@"))} is not the URL of a Vault server`,
    "give it as in https://vault.company.com, without credentials",
  );
}
