import { PkiSecretBackendRole } from "@cdktf/provider-vault/lib/pki-secret-backend-role";
import { Construct } from "constructs";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { formatDuration, parseTtlPair } from "../core/duration";
import { requireName } from "../core/names";
import { type Grant, grant, type IPolicySubject } from "../policy/policy-subject";
import { claimName } from "../provider/claim";
import type { IPkiIssuer, IPkiMount, IPkiRole } from "./pki-interfaces";
import { requireTtlOfMount } from "./pki-issuer";
import { type PkiRoleOptions, roleAttributes } from "./pki-role-options";

/** A role that is made elsewhere. */
export class PkiRoleReference implements IPkiRole {
  /**
   * @throws LeaseholdError when the name can't be used.
   */
  constructor(
    readonly mount: IPkiMount,
    readonly name: string,
  ) {
    requireName(mount.node.path, "role", name);
  }

  grantIssue(subject: IPolicySubject): Grant {
    return grant(this.mount, subject, issueRule(this));
  }

  grantSign(subject: IPolicySubject): Grant {
    return grant(this.mount, subject, signRule(this));
  }

  grantAcmeAccounts(subject: IPolicySubject): Grant {
    return grant(this.mount, subject, acmeRule(this));
  }
}

export interface PkiRoleProps extends PkiRoleOptions {
  /** The role's name, once in the mount. */
  readonly name: string;
  readonly mount: IPkiMount;
  /** The issuer that it will issue by, once everything is declared; undefined where that is not known. */
  readonly issuerOf: (name: string | undefined) => IPkiIssuer | undefined;
}

/**
 * What certificates may be like that the role's users have.
 *
 * Vault keeps every certificate, since one that it does not know can't be revoked (`no_store`), and makes no lease of it
 * (`generate_lease`): leases of certificates would fill Vault's storage, and end with the token that asked for them, in the middle of the
 * certificate's life.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/pki#create-update-role
 */
export class PkiRole extends Construct implements IPkiRole {
  readonly name: string;
  readonly mount: IPkiMount;
  readonly resource: PkiSecretBackendRole;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, a TTL is malformed, inverted or over the mount's, or an option
   * can't be used. A TTL over the issuer's life fails the synthesis, and so does an issuer that is not there.
   */
  constructor(scope: Construct, id: string, props: PkiRoleProps) {
    super(scope, id);
    const where = this.node.path;
    const { mount, issuerOf, issuer, ttl, maxTtl } = props;
    this.mount = mount;
    this.name = requireName(where, "name", props.name);
    claimName(this, `role of mount ${mount.path}`, this.name);
    const seconds = parseTtlPair(where, { defaultTtl: ttl, maxTtl }, ["ttl", "maxTtl"]);
    requireTtlOfMount(where, "maxTtl", maxTtl, mount);
    this.resource = new PkiSecretBackendRole(this, "Resource", {
      backend: mount.pathReference,
      name: this.name,
      ...roleAttributes(where, props),
      // As Vault tells them, or each plan would find a difference.
      ttl: String(seconds.default),
      maxTtl: String(seconds.max),
      noStore: false,
      generateLease: false,
    });
    this.node.defaultChild = this.resource;
    this.node.addValidation({
      validate: () => {
        const by = issuerOf(issuer);
        if (issuer !== undefined && by === undefined) {
          return [`[${where}] issuer ${issuer} is none of mount ${mount.path}: declare it, or leave issuer out`];
        }
        if (by?.life === undefined || seconds.max <= by.life) return [];
        return [
          `[${where}] maxTtl ${maxTtl} exceeds the life of issuer ${by.name}, ${formatDuration(by.life)}: lower maxTtl, or have the issuer live longer`,
        ];
      },
    });
  }

  grantIssue(subject: IPolicySubject): Grant {
    return grant(this.mount, subject, issueRule(this));
  }

  grantSign(subject: IPolicySubject): Grant {
    return grant(this.mount, subject, signRule(this));
  }

  grantAcmeAccounts(subject: IPolicySubject): Grant {
    return grant(this.mount, subject, acmeRule(this));
  }
}

type Named = Pick<IPkiRole, "mount" | "name">;

const issueRule = (role: Named) => rule(role, "issue", "Certificates and their private keys");
const signRule = (role: Named) => rule(role, "sign", "Certificates for its own private keys");

function rule({ mount, name }: Named, operation: string, what: string): PolicyRule {
  return {
    path: `${mount.path}/${operation}/${name}`,
    capabilities: ["update"],
    reason: `${what} by role ${name} of PKI mount ${mount.path}`,
  };
}

function acmeRule({ mount, name }: Named): PolicyRule {
  return {
    path: `${mount.path}/roles/${name}/acme/new-eab`,
    capabilities: ["update"],
    reason: `Opens ACME accounts for certificates by role ${name} of PKI mount ${mount.path}`,
  };
}
