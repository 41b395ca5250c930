import { ApproleAuthBackendRole } from "@cdktf/provider-vault/lib/approle-auth-backend-role";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { isIP } from "node:net";
import { type Duration, parseDuration, parseTtlPair } from "../core/duration";
import { LeaseholdError } from "../core/errors";
import { requireName } from "../core/names";
import type { IPolicySubject } from "../policy/policy-subject";
import { VaultPolicy } from "../policy/vault-policy";
import { claimName } from "../provider/claim";

export interface AppRoleOptions {
  /** How long a token lives before it must be renewed. @default "20m" */
  readonly tokenTtl?: Duration;
  /**
   * How long a token lives at most. Every lease dies with the token that asked for it.
   * @default "24h", or none with tokenPeriod
   */
  readonly tokenMaxTtl?: Duration;
  /** Makes the token periodic: it lives as long as it is renewed within this time. @default not periodic */
  readonly tokenPeriod?: Duration;
  /** Networks that the token may be used from, in CIDR form. @default any */
  readonly tokenCidrs?: readonly string[];
  /** How long a SecretID can be used. @default "24h" */
  readonly secretIdTtl?: Duration;
  /** How many logins a SecretID is good for, 1 to 1000000. @default 10 */
  readonly secretIdUses?: number;
  /** Networks that a SecretID may be used from, in CIDR form. @default any */
  readonly secretIdCidrs?: readonly string[];
  /** Policies besides the one that the login's grants are written to. @default none */
  readonly policies?: readonly VaultPolicy[];
}

/** A mounted AppRole method, as its roles see it. */
export interface IAppRoleAuth {
  /** Where it is mounted below `auth/`. */
  readonly path: string;
  /** A reference to the method that makes Terraform create it before whatever uses it. */
  readonly pathReference: string;
}

export interface AppRoleProps extends AppRoleOptions {
  readonly name: string;
  readonly auth: IAppRoleAuth;
}

/**
 * A program's login. Its SecretIDs are issued by commands, never by Terraform, whose state would keep them.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/auth/approle#create-update-approle
 */
export class AppRole extends Construct implements IPolicySubject {
  readonly name: string;
  readonly auth: IAppRoleAuth;

  private ownPolicy: VaultPolicy | undefined;

  /**
   * @throws LeaseholdError when the name is taken, a TTL is malformed or inverted, or a limit or network can't be used.
   */
  constructor(scope: Construct, id: string, props: AppRoleProps) {
    super(scope, id);
    const where = this.node.path;
    // Vault keeps AppRole names in lower case.
    this.name = requireName(where, "name", props.name).toLowerCase();
    this.auth = props.auth;
    claimName(this, `login of auth/${this.auth.path}`, this.name);
    this.node.defaultChild = new ApproleAuthBackendRole(this, "Resource", {
      backend: this.auth.pathReference,
      roleName: this.name,
      bindSecretId: true,
      ...tokenLimits(where, props),
      tokenBoundCidrs: cidrs(where, "tokenCidrs", props.tokenCidrs),
      secretIdTtl: parseDuration(where, "secretIdTtl", props.secretIdTtl ?? "24h"),
      secretIdNumUses: secretIdUses(where, props.secretIdUses ?? 10),
      secretIdBoundCidrs: cidrs(where, "secretIdCidrs", props.secretIdCidrs),
      tokenPolicies: Lazy.listValue({
        produce: () =>
          [...(props.policies ?? []), ...(this.ownPolicy ? [this.ownPolicy] : [])].map(({ name }) => name).sort(),
      }),
    });
  }

  /** The policy `<path>-<name>`, made with the first grant. */
  get grantPolicy(): VaultPolicy {
    this.ownPolicy ??= new VaultPolicy(this, "Policy", { name: `${this.auth.path.replaceAll("/", "-")}-${this.name}` });
    return this.ownPolicy;
  }
}

function tokenLimits(where: string, { tokenTtl = "20m", tokenMaxTtl, tokenPeriod }: AppRoleOptions) {
  if (tokenPeriod === undefined) {
    const ttl = parseTtlPair(where, { defaultTtl: tokenTtl, maxTtl: tokenMaxTtl ?? "24h" }, [
      "tokenTtl",
      "tokenMaxTtl",
    ]);
    return { tokenTtl: ttl.default, tokenMaxTtl: ttl.max };
  }
  if (tokenMaxTtl !== undefined) {
    throw new LeaseholdError(
      where,
      `tokenPeriod ${tokenPeriod} and tokenMaxTtl ${tokenMaxTtl} exclude each other`,
      "keep tokenPeriod for a program that runs on, tokenMaxTtl for one that ends",
    );
  }
  return {
    tokenTtl: parseDuration(where, "tokenTtl", tokenTtl),
    tokenPeriod: parseDuration(where, "tokenPeriod", tokenPeriod),
  };
}

function secretIdUses(where: string, uses: number): number {
  if (Number.isInteger(uses) && uses >= 1 && uses <= 1_000_000) return uses;
  throw new LeaseholdError(
    where,
    `secretIdUses ${uses} is out of range`,
    "give a whole number from 1 to 1000000; 0 would make the SecretID good for any number of logins",
  );
}

function cidrs(where: string, field: string, networks: readonly string[] | undefined): string[] | undefined {
  return networks?.map((network) => {
    if (isCidr(network)) return network;
    throw new LeaseholdError(
      where,
      `${field} ${JSON.stringify(network)} is not a network`,
      `write it as in "10.0.0.0/8"`,
    );
  });
}

function isCidr(network: string): boolean {
  const [address = "", bits = "", ...rest] = network.split("/");
  const family = isIP(address);
  if (rest.length > 0 || family === 0 || address.includes("%") || !/^\d{1,3}$/.test(bits)) return false;
  return Number(bits) <= (family === 4 ? 32 : 128);
}
