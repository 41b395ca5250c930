import { LeaseholdError, show } from "../core/errors";
import type { ServerFeature } from "../core/server-features";
import { type Block, block } from "./configuration-text";
import { variableOf } from "./credentials";
import {
  checked,
  type Field,
  type Fields,
  filePath,
  flag,
  type Place,
  renderFields,
  required,
  requirePath,
  text,
  url,
} from "./fields";

interface AnySeal {
  /** Whether it opens the data once more while the server moves to another seal. @default false */
  readonly disabled?: boolean;
}

/** Key shares that people hold. */
export interface ShamirSeal {
  readonly type: "shamir";
}

/**
 * A key of AWS KMS. Credentials come from the instance's role, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/awskms
 */
export interface AwsKmsSeal extends AnySeal {
  readonly type: "awskms";
  readonly region: string;
  /** Id, ARN or alias. */
  readonly kmsKeyId: string;
  /** Endpoint in a VPC. @default the region's */
  readonly endpoint?: string;
}

/**
 * A key of Google Cloud KMS. Credentials come from the instance's service account, or the file that
 * GOOGLE_APPLICATION_CREDENTIALS names.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/gcpckms
 */
export interface GcpCkmsSeal extends AnySeal {
  readonly type: "gcpckms";
  readonly project: string;
  readonly region: string;
  readonly keyRing: string;
  readonly cryptoKey: string;
}

/**
 * A key of Azure Key Vault. Credentials come from a managed identity, or AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/azurekeyvault
 */
export interface AzureKeyVaultSeal extends AnySeal {
  readonly type: "azurekeyvault";
  readonly tenantId: string;
  readonly vaultName: string;
  readonly keyName: string;
  /** @default "AZUREPUBLICCLOUD" */
  readonly environment?: string;
}

/**
 * A key of the Transit engine of another server. The token comes from VAULT_TOKEN (OpenBao: BAO_TOKEN).
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/transit
 */
export interface TransitSeal extends AnySeal {
  readonly type: "transit";
  /** URL of the other server. */
  readonly address: string;
  /** Mount of its Transit engine. */
  readonly mountPath: string;
  readonly keyName: string;
  /** @default the root namespace */
  readonly namespace?: string;
  /** Whether somebody else renews the token. @default false */
  readonly disableRenewal?: boolean;
  /** File of the authority that signed the other's certificate. @default the machine's authorities */
  readonly tlsCaCert?: string;
  /** Certificate that this server shows, and its key. @default none */
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
  /** Name in the other's certificate. @default the host of its address */
  readonly tlsServerName?: string;
}

interface AnyStaticSeal extends AnySeal {
  readonly type: "static";
  /** Name of the key; another key needs another. */
  readonly currentKeyId: string;
}

/**
 * A key of 32 bytes that something else that is trusted puts beside the server (OpenBao).
 *
 * @see https://openbao.org/docs/configuration/seal/static/
 */
export type StaticSeal =
  | (AnyStaticSeal & {
      /** File that holds the key. */ readonly currentKeyFile: string;
      readonly currentKeyVariable?: never;
    })
  | (AnyStaticSeal & {
      /** Environment variable that holds it. */ readonly currentKeyVariable: string;
      readonly currentKeyFile?: never;
    });

export type Seal = ShamirSeal | AwsKmsSeal | GcpCkmsSeal | AzureKeyVaultSeal | TransitSeal | StaticSeal;

const disabled: Field<boolean> = {
  render: (place, option, value) => (value ? flag("disabled").render(place, option, value) : {}),
};

const awskms: Fields<AwsKmsSeal> = {
  region: required(text("region")),
  kmsKeyId: required(text("kms_key_id")),
  endpoint: url("endpoint"),
  disabled,
};

const gcpckms: Fields<GcpCkmsSeal> = {
  project: required(text("project")),
  region: required(text("region")),
  keyRing: required(text("key_ring")),
  cryptoKey: required(text("crypto_key")),
  disabled,
};

const azurekeyvault: Fields<AzureKeyVaultSeal> = {
  tenantId: required(text("tenant_id")),
  vaultName: required(text("vault_name")),
  keyName: required(text("key_name")),
  environment: text("environment"),
  disabled,
};

const transit: Fields<TransitSeal> = {
  address: required(url("address")),
  mountPath: required(text("mount_path")),
  keyName: required(text("key_name")),
  namespace: text("namespace"),
  // Every value of a seal is a text.
  disableRenewal: checked("disable_renewal", (_where, _option, value) => String(value)),
  tlsCaCert: filePath("tls_ca_cert"),
  tlsClientCert: filePath("tls_client_cert"),
  tlsClientKey: filePath("tls_client_key"),
  tlsServerName: text("tls_server_name"),
  disabled,
};

const statik: Fields<AnyStaticSeal & { currentKeyFile?: string; currentKeyVariable?: string }> = {
  currentKeyId: required(text("current_key_id")),
  currentKeyFile: checked("current_key", (where, option, value) => `file://${requirePath(where, option, value)}`),
  currentKeyVariable: checked(
    "current_key",
    (where, option, value) => `env://${requireVariable(where, option, value)}`,
  ),
  disabled,
};

/** The `seal` block; none for key shares, which need no configuration. */
export function sealBlocks(given: Place, seal: Seal): readonly Block[] {
  const place = { ...given, where: `${given.where}: seal ${seal.type}` };
  const { where, program, reads } = place;
  const has = (feature: ServerFeature) => program.require(where, "type", feature);
  switch (seal.type) {
    case "shamir":
      renderFields(place, {}, seal);
      return [];
    case "awskms":
      has("cloudSeals");
      for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
        reads({ name, holds: "credentials for AWS KMS, where the instance has no role", required: false });
      return [block("seal", renderFields(place, awskms, seal), "awskms")];
    case "gcpckms":
      has("cloudSeals");
      reads({
        name: "GOOGLE_APPLICATION_CREDENTIALS",
        holds: "the path of a file of credentials, where the instance has no service account",
        required: false,
      });
      return [block("seal", renderFields(place, gcpckms, seal), "gcpckms")];
    case "azurekeyvault":
      has("cloudSeals");
      for (const name of ["AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"])
        reads({
          name,
          holds: "credentials for Azure Key Vault, where the instance has no managed identity",
          required: false,
        });
      return [block("seal", renderFields(place, azurekeyvault, seal), "azurekeyvault")];
    case "transit":
      reads({
        name: variableOf(program.server.product, "VAULT_TOKEN"),
        holds: "a periodic orphan token of the other server that may encrypt and decrypt with the key",
        required: true,
      });
      return [block("seal", renderFields(place, transit, seal), "transit")];
    case "static":
      has("staticSeal");
      if ((seal.currentKeyFile === undefined) === (seal.currentKeyVariable === undefined)) {
        throw new LeaseholdError(
          where,
          "not one of currentKeyFile and currentKeyVariable is given",
          "give the one that holds the key",
        );
      }
      if (seal.currentKeyVariable !== undefined)
        reads({
          name: seal.currentKeyVariable,
          holds: "the key of 32 bytes that opens the data, in base64 or hex",
          required: true,
        });
      return [block("seal", renderFields(place, statik, seal), "static")];
    default:
      throw new LeaseholdError(
        given.where,
        `seal ${show((seal as { readonly type: unknown }).type)} is none that Leasehold renders`,
        "use shamir, awskms, gcpckms, azurekeyvault, transit or static",
      );
  }
}

function requireVariable(where: string, option: string, name: string): string {
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return name;
  // Not repeated: whoever mistakes the option gives the key itself.
  throw new LeaseholdError(where, `${option} is no name of a variable`, "use upper-case letters, digits and _");
}
