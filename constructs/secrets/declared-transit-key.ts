import { TransitSecretBackendKey } from "@cdktf/provider-vault/lib/transit-secret-backend-key";
import { requireChoice } from "../core/choices";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { requireReason } from "../core/reasons";
import { transitType, type TransitKeyType, transitTypeNames } from "../core/transit-types";
import { acknowledge } from "../provider/acknowledge";
import { claimName } from "../provider/claim";
import { protection } from "../provider/protection";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { type ITransitMount, TransitKey } from "./transit-key";

export interface TransitKeyOptions {
  /** What the key can do, which never changes. @default "aes256-gcm96" */
  readonly type?: TransitKeyType;
  /**
   * After which time Vault adds a version by itself, an hour at least. Older versions go on decrypting and verifying.
   * @default "90d" for ciphers that are not convergent, else "never"
   */
  readonly rotationPeriod?: Duration | "never";
  /**
   * The oldest version that may decrypt and verify. Whatever an older one encrypted must be rewrapped before: it is lost otherwise,
   * until this is lowered again. Vault refuses a version that is not there yet. @default 1
   */
  readonly minDecryptionVersion?: number;
  /** The oldest version that may be asked to encrypt or sign, not older than minDecryptionVersion. @default the latest alone */
  readonly minEncryptionVersion?: number;
  /** Whether each request must carry a context, which derives a key of its own. @default false */
  readonly derived?: boolean;
  /**
   * Whether the same text and context give the same result, so that it can be searched for. It needs `derived`, shows which texts
   * are alike, and ends where the key is rotated. @default false
   */
  readonly convergent?: boolean;
  /** Bytes of an HMAC key, 32 to 512. @default 32 */
  readonly keySize?: number;
  /** Which of the parameter sets of ML-DSA (`44`, `65`, `87`) or SLH-DSA (such as `slh-dsa-sha2-128s`). @default none */
  readonly parameterSet?: string;
  /** Why the key may be taken out of Vault, which can't be undone. @default it stays in Vault */
  readonly exportableReason?: string;
  /** Why a backup of an exportable key as plain text may be made, which can't be forbidden again. @default none may */
  readonly plaintextBackupReason?: string;
  /**
   * Why the key may be deleted. Vault refuses it else, and a destruction ends there: deploy this first where a key is to go.
   * @default it can't be deleted
   */
  readonly deletableReason?: string;
  /** Whether Terraform refuses to destroy the key. @default what the mount says */
  readonly preventDestroy?: boolean;
}

export interface TransitKeyProps extends TransitKeyOptions {
  readonly mount: ITransitMount;
  readonly name: string;
}

/** Guardrails that a reason answers. */
const guardrails = {
  exportableReason: "LH-TRN-001",
  deletableReason: "LH-TRN-002",
  plaintextBackupReason: "LH-TRN-003",
} as const;

/** An hour, which Vault asks for. */
const shortestPeriod = 3_600;

/**
 * A key that is declared here.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/transit#create-key
 */
export class DeclaredTransitKey extends TransitKey {
  readonly type: TransitKeyType;

  /**
   * @throws LeaseholdError when another key has the name, an option does not fit the type, a reason is none, or the server or the
   * provider lacks the type.
   */
  constructor(props: TransitKeyProps) {
    super(props.mount, `key-${props.name}`, props.name);
    const where = this.node.path;
    const { mount, name, type = "aes256-gcm96", derived = false, convergent = false } = props;
    claimName(this, "key", `${mount.path}/${name}`);
    this.type = requireChoice(where, "type", type, transitTypeNames);
    this.requireType();
    const { derives } = transitType(type);
    if (requireChoice(where, "derived", derived, [true, false]) && !derives) {
      throw new LeaseholdError(
        where,
        `derived is given, and keys of type ${type} derive none`,
        `leave it out, or take ${namesOf("derives")}`,
      );
    }
    if (requireChoice(where, "convergent", convergent, [true, false]) && !derived) {
      throw new LeaseholdError(
        where,
        "convergent is given without derived: Vault makes such keys with a context only",
        "give derived: true too",
      );
    }
    if (convergent && !transitType(type).encrypts) {
      throw new LeaseholdError(where, `convergent is given, and keys of type ${type} don't encrypt`, "leave it out");
    }
    const allowed = this.reasons(props);
    const resource = new TransitSecretBackendKey(this, "Resource", {
      backend: mount.pathReference,
      name,
      type,
      derived,
      convergentEncryption: convergent,
      ...this.versions(props),
      autoRotatePeriod: this.period(props),
      ...this.size(props),
      ...this.parameters(props),
      exportable: allowed.exportableReason,
      allowPlaintextBackup: allowed.plaintextBackupReason,
      deletionAllowed: allowed.deletableReason,
      lifecycle: protection(where, props.preventDestroy),
    });
    this.node.defaultChild = resource;
  }

  private requireType(): void {
    const { type } = this;
    const { server, provider } = transitType(type);
    const { server: has, features } = VaultEndpoint.of(this);
    if (server !== undefined) has.require(this.node.path, `type ${type}`, server);
    if (provider !== undefined) features.require(this.node.path, `type ${type}`, provider);
  }

  private period({ rotationPeriod, convergent = false }: TransitKeyOptions): number {
    const { encrypts, symmetric } = transitType(this.type);
    const period = rotationPeriod ?? (encrypts && symmetric && !convergent ? "90d" : "never");
    // Left out, the provider would keep what is there.
    if (period === "never") return 0;
    const seconds = parseDuration(this.node.path, "rotationPeriod", period);
    if (seconds >= shortestPeriod) return seconds;
    throw new LeaseholdError(
      this.node.path,
      `rotationPeriod ${period} is too short: Vault takes an hour at least`,
      'lengthen it, or write "never"',
    );
  }

  private versions({ minDecryptionVersion = 1, minEncryptionVersion }: TransitKeyOptions) {
    const where = this.node.path;
    const most = Number.MAX_SAFE_INTEGER;
    requireWhole(where, "minDecryptionVersion", minDecryptionVersion, 1, most);
    if (minEncryptionVersion === undefined) return { minDecryptionVersion, minEncryptionVersion: 0 };
    requireWhole(where, "minEncryptionVersion", minEncryptionVersion, 1, most);
    if (minEncryptionVersion < minDecryptionVersion) {
      throw new LeaseholdError(
        where,
        `minEncryptionVersion ${minEncryptionVersion} is older than minDecryptionVersion ${minDecryptionVersion}: nobody could decrypt`,
        "raise it, or leave it out",
      );
    }
    return { minDecryptionVersion, minEncryptionVersion };
  }

  private size({ keySize }: TransitKeyOptions) {
    if (this.type === "hmac") return { keySize: requireWhole(this.node.path, "keySize", keySize ?? 32, 32, 512) };
    if (keySize === undefined) return {};
    throw new LeaseholdError(
      this.node.path,
      `keySize is given, and keys of type ${this.type} have one size`,
      'leave it out, or take type "hmac"',
    );
  }

  private parameters({ parameterSet }: TransitKeyOptions) {
    const { parameterSets } = transitType(this.type);
    if (parameterSets !== undefined) {
      return {
        parameterSet: requireChoice(this.node.path, "parameterSet", parameterSet as string, parameterSets),
      };
    }
    if (parameterSet === undefined) return {};
    throw new LeaseholdError(
      this.node.path,
      `parameterSet ${show(parameterSet)} is given, and keys of type ${this.type} have none`,
      "leave it out",
    );
  }

  /** What people insist on, each with its reason, which the guardrails repeat. */
  private reasons(options: TransitKeyOptions): Readonly<Record<keyof typeof guardrails, boolean>> {
    if (options.plaintextBackupReason !== undefined && options.exportableReason === undefined) {
      throw new LeaseholdError(
        this.node.path,
        "plaintextBackupReason is given without exportableReason: Vault backs up no key that it does not export",
        "leave it out, or give both",
      );
    }
    const given = (option: keyof typeof guardrails) => {
      const reason = options[option];
      if (reason === undefined) return false;
      acknowledge(this, guardrails[option], requireReason(this.node.path, option, reason));
      return true;
    };
    return {
      exportableReason: given("exportableReason"),
      deletableReason: given("deletableReason"),
      plaintextBackupReason: given("plaintextBackupReason"),
    };
  }
}

function namesOf(trait: "derives"): string {
  return transitTypeNames.filter((type) => transitType(type)[trait]).join(", ");
}
