import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { claimName } from "../provider/claim";
import { requireRootNamespace } from "../provider/placement";
import { requireHeaderName } from "./header-name";

export interface CorsProps {
  /** Pages that may use Vault from a browser, each as browsers name it: `https://portal.company.com`, `http://localhost:3000`. */
  readonly allowedOrigins: readonly string[];
  /** Headers that their requests may have besides Vault's own, such as `X-Vault-Namespace`. @default none */
  readonly allowedHeaders?: readonly string[] | undefined;
}

export const corsPath = "sys/config/cors";

/**
 * Vault lets these in anyway; named once more they would be there twice.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/config-cors
 */
const standardHeaders = [
  "content-type",
  "x-requested-with",
  "x-vault-aws-iam-server-id",
  "x-vault-mfa",
  "x-vault-no-request-forwarding",
  "x-vault-wrap-format",
  "x-vault-wrap-ttl",
  "x-vault-policy-override",
  "authorization",
  "x-vault-token",
];

/**
 * Which pages may use Vault from a browser. A server without it lets none; removing it turns it off.
 *
 * The provider has no resource for it before 5.9, so it is written by a generic endpoint. That reads Vault's own headers back with
 * those that were given, and so can't compare where any were: Terraform then does not see who changed it.
 */
export class Cors extends Construct {
  /**
   * @throws LeaseholdError when an origin is any or none, a header can't be named or needs no naming, or the stack has it already.
   */
  constructor(scope: Construct, id: string, props: CorsProps) {
    super(scope, id);
    const where = this.node.path;
    requireRootNamespace(this, "the CORS configuration");
    claimName(this, "CORS configuration", corsPath);
    if (props.allowedOrigins.length === 0) {
      throw new LeaseholdError(
        where,
        "allowedOrigins is empty",
        "name one at least, or leave cors out, which turns it off",
      );
    }
    const origins = distinct(where, "allowedOrigins", props.allowedOrigins, requireOrigin);
    const headers = distinct(where, "allowedHeaders", props.allowedHeaders ?? [], requireAllowedHeader);
    if (headers.length > 0) {
      Annotations.of(this).addWarning(
        "allowedHeaders are given: Terraform can't compare them with the server's, and does not see when somebody changes CORS there",
      );
    }
    this.node.defaultChild = new GenericEndpoint(this, "Resource", {
      path: corsPath,
      // What the server reads back: it is on as soon as it has origins. Vault never lets a page send what browsers keep for it, such
      // as cookies; OpenBao can be told to.
      dataJson: JSON.stringify({
        allow_credentials: false,
        ...(headers.length > 0 ? { allowed_headers: headers } : {}),
        allowed_origins: origins,
        enabled: true,
      }),
      ...(headers.length > 0 ? { disableRead: true } : { ignoreAbsentFields: true }),
    });
  }
}

function distinct(
  where: string,
  field: string,
  values: readonly string[],
  require: (where: string, field: string, value: string) => string,
): string[] {
  const checked = values.map((value, at) => require(where, `${field}[${at}]`, value));
  const at = checked.findIndex((value, index) => checked.indexOf(value) !== index);
  if (at < 0) return checked;
  throw new LeaseholdError(where, `${field}[${at}] ${show(values[at])} is there twice`, "leave one of the two out");
}

/** Vault compares it letter by letter with what the browser sends. */
function requireOrigin(where: string, field: string, origin: string): string {
  if (origin === "*") {
    throw new LeaseholdError(
      where,
      `${field} is "*", with which any page that somebody opens can use Vault from their browser`,
      "name the origins one by one",
    );
  }
  if (typeof origin === "string" && URL.canParse(origin)) {
    const url = new URL(origin);
    if (["http:", "https:"].includes(url.protocol) && url.origin === origin && !origin.includes("*")) return origin;
  }
  throw new LeaseholdError(
    where,
    `${field} ${show(origin)} is no origin as a browser names it`,
    "write scheme, host and, where it is not the usual one, port, in lower case and without a path: https://portal.company.com",
  );
}

function requireAllowedHeader(where: string, field: string, header: string): string {
  requireHeaderName(where, field, header);
  if (!standardHeaders.includes(header.toLowerCase())) return header;
  throw new LeaseholdError(where, `${field} ${header} is let in by Vault itself`, "leave it out");
}
