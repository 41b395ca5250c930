import { PkiSecretBackendConfigCluster } from "@cdktf/provider-vault/lib/pki-secret-backend-config-cluster";
import { PkiSecretBackendConfigUrls } from "@cdktf/provider-vault/lib/pki-secret-backend-config-urls";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { VaultEndpoint } from "../provider/vault-endpoint";
import type { IPkiMount } from "./pki-interfaces";

/**
 * Where those who verify a certificate find its issuer and what was revoked. It is written into each certificate when that is issued,
 * so that a change reaches none of those that exist.
 *
 * `{{cluster_path}}`, `{{cluster_aia_path}}` and `{{issuer_id}}` are filled in by Vault. Name the issuer: an address of the mount alone
 * leads to the CRL of whichever issuer is the default on that day.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#set-urls
 */
export interface PkiUrlOptions {
  /** URL of the mount as clients reach it; ACME's addresses begin with it. @default "<vault's address>/v1/<path>" */
  readonly clusterPath?: string;
  /**
   * URL of the mount, or of a web server that serves the same, as those reach it who verify certificates. Without TLS it serves also
   * those who can't verify the server's certificate before they have what lies there; everything there is signed. @default clusterPath
   */
  readonly aiaPath?: string;
  /** @default ["{{cluster_aia_path}}/issuer/{{issuer_id}}/der"] */
  readonly issuingCertificates?: readonly string[];
  /** @default ["{{cluster_aia_path}}/issuer/{{issuer_id}}/crl/der"] */
  readonly crlDistributionPoints?: readonly string[];
  /** @default ["{{cluster_aia_path}}/ocsp"] */
  readonly ocspServers?: readonly string[];
}

const templates = ["cluster_path", "cluster_aia_path", "issuer_id"];

/**
 * Declares the URLs, and answers with what must be there before a certificate is signed.
 *
 * @throws LeaseholdError when one is no http(s) URL, or has a template that Vault does not know.
 */
export function declareUrls(scope: Construct, mount: IPkiMount, options: PkiUrlOptions): TerraformResource[] {
  const where = scope.node.path;
  const { address, namespace } = VaultEndpoint.of(scope);
  const own = [address.replace(/\/+$/, ""), "v1", ...(namespace === undefined ? [] : [namespace]), mount.path].join(
    "/",
  );
  const clusterPath = requireUrl(where, "urls.clusterPath", options.clusterPath ?? own);
  const cluster = new PkiSecretBackendConfigCluster(scope, "Cluster", {
    backend: mount.pathReference,
    path: clusterPath,
    aiaPath: requireUrl(where, "urls.aiaPath", options.aiaPath ?? clusterPath),
  });
  const urls = (field: "issuingCertificates" | "crlDistributionPoints" | "ocspServers", standard: string) =>
    (options[field] ?? [`{{cluster_aia_path}}/${standard}`]).map((url) => requireTemplate(where, `urls.${field}`, url));
  const config = new PkiSecretBackendConfigUrls(scope, "Urls", {
    backend: mount.pathReference,
    issuingCertificates: urls("issuingCertificates", "issuer/{{issuer_id}}/der"),
    crlDistributionPoints: urls("crlDistributionPoints", "issuer/{{issuer_id}}/crl/der"),
    ocspServers: urls("ocspServers", "ocsp"),
    enableTemplating: true,
    dependsOn: [cluster],
  });
  return [cluster, config];
}

function requireTemplate(where: string, field: string, url: string): string {
  const named = [...show(url).matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name = ""]) => name);
  const unknown = named.find((name) => !templates.includes(name));
  if (unknown !== undefined) {
    throw new LeaseholdError(
      where,
      `${field} ${show(url)} names {{${unknown}}}, which Vault does not know`,
      `use ${templates.map((name) => `{{${name}}}`).join(", ")}`,
    );
  }
  const filled = url
    .replace(/^\{\{cluster_(?:aia_)?path\}\}/, "https://vault.company.com/v1/pki")
    .replace("{{issuer_id}}", "id");
  requireUrl(where, field, filled, url);
  return url;
}

function requireUrl(where: string, field: string, url: string, given = url): string {
  const pattern = /^https?:\/\/[A-Za-z0-9[\]:.-]+(?::\d{1,5})?(?:\/[\w.~/%-]*)?$/;
  if (typeof url === "string" && pattern.test(url) && !url.endsWith("/") && URL.canParse(url)) return url;
  throw new LeaseholdError(
    where,
    `${field} ${show(given).replace(/\/\/[^/]*@/, "//***@")} is not an http(s) URL`,
    "write it as in http://pki.company.com/v1/pki, without credentials, query or a / at its end",
  );
}
