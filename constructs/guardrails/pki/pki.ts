import { listOf, resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";
import { secondsOf } from "../seconds";

export const pkiRoleType = "vault_pki_secret_backend_role";
export const rootType = "vault_pki_secret_backend_root_cert";
export const requestType = "vault_pki_secret_backend_intermediate_cert_request";
export const keyType = "vault_pki_secret_backend_key";
export const clusterType = "vault_pki_secret_backend_config_cluster";
export const urlsType = "vault_pki_secret_backend_config_urls";
const signType = "vault_pki_secret_backend_root_sign_intermediate";
const setSignedType = "vault_pki_secret_backend_intermediate_set_signed";
const issuerType = "vault_pki_secret_backend_issuer";
const defaultType = "vault_pki_secret_backend_config_issuers";

const api = "https://developer.hashicorp.com/vault/api-docs/secret/pki";
export const pkiPage = `${api}#create-update-role`;
export const pkiPages = {
  root: `${api}#generate-root`,
  urls: `${api}#set-urls`,
  crl: `${api}#set-revocation-configuration`,
  acme: `${api}#set-acme-configuration`,
  considerations: "https://developer.hashicorp.com/vault/docs/secrets/pki/considerations",
} as const;

/** A certificate authority that the stack makes. */
export interface Authority {
  readonly kind: "root" | "intermediate";
  /** What makes its certificate. */
  readonly resource: DeclaredResource;
  /** The mount that it is an issuer of. */
  readonly mount: string;
  /** The mount that signs it. */
  readonly signedIn: string;
  /** Its name in the mount; undefined where the stack gives it none. */
  readonly name: string | undefined;
  /** How long it lives; undefined where that is not known. */
  readonly seconds: number | undefined;
  /** The issuer that signs it, as it is referred to. */
  readonly signedBy: string | undefined;
}

/** Every authority whose certificate the stack has Vault make. */
export function authoritiesOf(declaration: Declaration): Authority[] {
  const roots = resourcesOf(declaration, rootType).map((resource): Authority => {
    const { arguments: given, address } = resource;
    const mount = textOf(given, "backend") ?? "";
    const name = textOf(given, "issuer_name") ?? nameFor(declaration, address);
    return {
      kind: "root",
      resource,
      mount,
      signedIn: mount,
      name,
      seconds: secondsOf(given["ttl"]),
      signedBy: undefined,
    };
  });
  const signed = resourcesOf(declaration, signType).flatMap((resource): Authority[] => {
    const { arguments: given, address } = resource;
    const imported = resourcesOf(declaration, setSignedType).find(
      (each) => addressIn(each.arguments["certificate"]) === address,
    );
    if (imported === undefined) return [];
    return [
      {
        kind: "intermediate",
        resource,
        mount: textOf(imported.arguments, "backend") ?? "",
        signedIn: textOf(given, "backend") ?? "",
        name: nameFor(declaration, imported.address),
        seconds: secondsOf(given["ttl"]),
        signedBy: textOf(given, "issuer_ref"),
      },
    ];
  });
  return [...roots, ...signed];
}

/** Mounts that have an authority, also one that is signed elsewhere, each with a resource that makes it one. */
export function issuingMounts(declaration: Declaration): Map<string, DeclaredResource> {
  const makers = resourcesOf(declaration, setSignedType, rootType);
  return new Map(makers.map((resource) => [textOf(resource.arguments, "backend") ?? "", resource]));
}

/**
 * The authorities of a mount that a reference can mean: the one of that name or address; of `default` the one that the stack makes it,
 * else every one.
 */
export function meant(
  declaration: Declaration,
  authorities: readonly Authority[],
  mount: string,
  reference = "default",
): Authority[] {
  const own = authorities.filter((authority) => authority.mount === mount);
  const default_ = resourcesOf(declaration, defaultType).find(({ arguments: given }) => given["backend"] === mount);
  const wanted = reference === "default" ? (textOf(default_?.arguments ?? {}, "default") ?? "default") : reference;
  if (wanted === "default") return own;
  const name = nameBehind(declaration, wanted) ?? wanted;
  return own.filter((authority) => authority.name === name || authority.resource.address === addressIn(wanted));
}

/** The name that the stack gives to the issuer which a resource made. */
function nameFor(declaration: Declaration, address: string): string | undefined {
  const issuer = resourcesOf(declaration, issuerType).find(
    ({ arguments: given }) => addressIn(given["issuer_ref"]) === address,
  );
  return textOf(issuer?.arguments ?? {}, "issuer_name");
}

function nameBehind(declaration: Declaration, reference: string): string | undefined {
  const address = addressIn(reference);
  const issuer = resourcesOf(declaration, issuerType).find((each) => each.address === address);
  return textOf(issuer?.arguments ?? {}, "issuer_name");
}

/** The resource that a reference is to. */
function addressIn(value: unknown): string | undefined {
  return typeof value === "string" ? /^\$\{(vault_\w+\.[\w-]+)\./.exec(value)?.[1] : undefined;
}

/** A part of a mount's configuration, whichever resource declares it. */
export interface Setting {
  readonly resource: DeclaredResource;
  readonly mount: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What is declared of `<mount>/config/<part>`. */
export function settingsOf(declaration: Declaration, part: "crl" | "acme"): Setting[] {
  const own = { crl: "vault_pki_secret_backend_crl_config", acme: "vault_pki_secret_backend_config_acme" }[part];
  const typed = resourcesOf(declaration, own).map((resource): Setting => {
    const { arguments: values } = resource;
    return { resource, mount: textOf(values, "backend") ?? "", values };
  });
  const written = resourcesOf(declaration, "vault_generic_endpoint").flatMap((resource): Setting[] => {
    const path = textOf(resource.arguments, "path") ?? "";
    const values = parsed(textOf(resource.arguments, "data_json"));
    if (!path.endsWith(`/config/${part}`) || values === undefined) return [];
    return [{ resource, mount: path.slice(0, -`/config/${part}`.length), values }];
  });
  return [...typed, ...written];
}

function parsed(json: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json ?? "");
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined; // known when it is deployed
  }
}

/** The URLs that certificates of a mount name, with what Vault fills in where that is declared. */
export function urlsIn(declaration: Declaration, urls: DeclaredResource): string[] {
  const { arguments: given } = urls;
  const cluster = resourcesOf(declaration, clusterType).find((each) => each.arguments["backend"] === given["backend"]);
  const filled = (name: string) => textOf(cluster?.arguments ?? {}, name) ?? "";
  return ["issuing_certificates", "crl_distribution_points", "ocsp_servers"].flatMap((field) =>
    listOf(given, field).map((url) =>
      url.replace("{{cluster_aia_path}}", filled("aia_path")).replace("{{cluster_path}}", filled("path")),
    ),
  );
}
