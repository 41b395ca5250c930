import type { IConstruct } from "constructs";
import type { Duration } from "../core/duration";
import type { Grant, IPolicySubject } from "../policy/policy-subject";

/** A mount of the PKI engine, as its issuers and roles see it. */
export interface IPkiMount extends IConstruct {
  readonly path: string;
  /** A reference to the mount that makes Terraform create it before whatever is in it. */
  readonly pathReference: string;
  /** @default not known: the server's, 768h unless configured */
  readonly maxLeaseTtl: Duration | undefined;
}

/** A certificate authority in a mount: a key and the certificate of it. */
export interface IPkiIssuer {
  readonly mount: IPkiMount;
  readonly name: string;
  /** What Vault's API takes for it, by which Terraform makes it before whatever uses it. */
  readonly reference: string;
  /** Seconds from its making to its end; undefined where that is not known. */
  readonly life: number | undefined;
  /** How many authorities may stand below one another below it; undefined where that is not known. */
  readonly pathLength: number | undefined;
  /** A root signs itself. */
  readonly kind: "root" | "intermediate" | "unknown";
}

/** What certificates may be like, declared here or elsewhere. */
export interface IPkiRole {
  readonly mount: IPkiMount;
  readonly name: string;
  /** Lets the subject have certificates with private keys that Vault makes. */
  grantIssue(subject: IPolicySubject): Grant;
  /** Lets the subject have its own signing requests signed. */
  grantSign(subject: IPolicySubject): Grant;
  /** Lets the subject ask for what an ACME account of this role is opened with. */
  grantAcmeAccounts(subject: IPolicySubject): Grant;
}
