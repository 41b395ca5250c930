import { KvSecretV2 } from "@cdktf/provider-vault/lib/kv-secret-v2";
import { Annotations, Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { requireReason } from "../core/reasons";
import { SecretInput } from "../core/secret-input";
import type { Grant, IPolicySubject } from "../policy/policy-subject";
import { acknowledge } from "../provider/acknowledge";
import { claimName } from "../provider/claim";
import { secretVariable } from "../provider/secret-variable";
import { VaultEndpoint } from "../provider/vault-endpoint";
import { declareMetadata, type KvMetadataOptions } from "./kv-metadata";
import { grantKv, type KvOperation } from "./kv-operations";

/** The guardrail that is against values in the state. */
const valueInState = "LH-KV-002";

export interface KvSecretOptions extends KvMetadataOptions {
  /**
   * The value that the secret begins with, by key. It is written through a write-only argument, which hashicorp/vault has from 5.0
   * on, and never read back: who writes a newer version is not overwritten. @default none, people write it
   */
  readonly data?: Readonly<Record<string, SecretInput>>;
  /**
   * Which version of the secret `data` becomes. Raised by one to have a changed value written; Vault refuses it where somebody has
   * written that version already. @default 1
   */
  readonly dataVersion?: number;
  /**
   * Why the value may lie in the Terraform state, where the provider is too old to keep it out. @default it may not: data is
   * refused
   */
  readonly valueInStateReason?: string;
  /**
   * Why Terraform destroys the secret with every version when it is declared no more. @default it stays on the server, with what
   * people wrote into it
   */
  readonly destroyReason?: string;
}

/** A mount, as far as a secret needs it. */
export interface IKvMount {
  readonly path: string;
  readonly pathReference: string;
  /** What must be there before a secret is written. */
  readonly ready: readonly ITerraformDependable[];
}

export interface KvSecretProps extends KvSecretOptions {
  readonly mount: IKvMount;
  /** Where it lies below the mount. */
  readonly path: string;
}

/**
 * A secret of a KV mount. Its grants are on this secret alone, not on what is below it.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
export class KvSecret extends Construct {
  readonly path: string;

  private readonly mount: IKvMount;

  /**
   * @throws LeaseholdError when the path is taken, an option can't be used, a value is no SecretInput, or it would lie in the state
   * without a reason.
   */
  constructor(scope: Construct, id: string, props: KvSecretProps) {
    super(scope, id);
    const { mount, path, data, destroyReason } = props;
    this.mount = mount;
    this.path = path;
    claimName(this, "secret", `${mount.path}/${path}`);
    const destroys = destroyReason !== undefined;
    if (destroys) requireReason(this.node.path, "destroyReason", destroyReason);
    const metadata = declareMetadata(this, props, {
      mountReference: mount.pathReference,
      path,
      destroys,
      after: mount.ready,
    });
    this.node.defaultChild = metadata;
    if (data !== undefined) this.declareData(data, props, metadata);
    else this.refuseWithoutData(props);
  }

  /** Lets the subject read the secret in every version, and which versions there are. */
  grantRead(subject: IPolicySubject): Grant {
    return this.grant("read", subject);
  }

  /** Lets the subject write new versions, not read them. */
  grantWrite(subject: IPolicySubject): Grant {
    return this.grant("write", subject);
  }

  /** Lets the subject delete versions so that they can be restored. */
  grantDelete(subject: IPolicySubject): Grant {
    return this.grant("delete", subject);
  }

  /** Lets the subject restore deleted versions. */
  grantUndelete(subject: IPolicySubject): Grant {
    return this.grant("undelete", subject);
  }

  /** Lets the subject remove versions, or the secret with all of them, for good. */
  grantDestroy(subject: IPolicySubject): Grant {
    return this.grant("destroy", subject);
  }

  private grant(operation: KvOperation, subject: IPolicySubject): Grant {
    return grantKv(this, subject, operation, { mount: this.mount.path, path: this.path, below: false });
  }

  private declareData(
    data: Readonly<Record<string, SecretInput>>,
    props: KvSecretProps,
    metadata: ITerraformDependable,
  ): KvSecretV2 {
    const where = this.node.path;
    const { mount, path, valueInStateReason } = props;
    const inputs = Object.entries(data).map(
      ([key, input]) => [requireKey(where, key), SecretInput.require(where, `data.${key}`, input)] as const,
    );
    if (inputs.length === 0) {
      throw new LeaseholdError(where, "data is empty", "name a key and its SecretInput, or leave data out");
    }
    const version = requireWhole(where, "dataVersion", props.dataVersion ?? 1, 1, Number.MAX_SAFE_INTEGER);
    const { features } = VaultEndpoint.of(this);
    const writeOnly = features.has("kvDataWriteOnly");
    if (!writeOnly && valueInStateReason === undefined) features.require(where, "data", "kvDataWriteOnly");
    const resource = new KvSecretV2(this, "Data", {
      mount: mount.pathReference,
      name: path,
      // Reading it back would bring what people wrote into the state, and have the next apply overwrite it.
      disableRead: true,
      // Vault takes the check from here, not from the argument cas: nobody's newer version is overwritten.
      options: { cas: String(version - 1) },
      dependsOn: [metadata],
    });
    const json = (lifetime: "ephemeral" | "stored") =>
      Fn.jsonencode(
        Object.fromEntries(inputs.map(([key, input]) => [key, secretVariable(this, input, lifetime).stringValue])),
      );
    if (writeOnly) {
      resource.addOverride("data_json_wo", json("ephemeral"));
      resource.addOverride("data_json_wo_version", version);
      return resource;
    }
    acknowledge(resource, valueInState, requireReason(where, "valueInStateReason", valueInStateReason));
    Annotations.of(resource).addWarning(features.explainAbsence("kvDataWriteOnly"));
    resource.addOverride("data_json", json("stored"));
    return resource;
  }

  private refuseWithoutData({ dataVersion, valueInStateReason }: KvSecretProps): void {
    const given = { dataVersion, valueInStateReason };
    for (const [field, value] of Object.entries(given)) {
      if (value === undefined) continue;
      throw new LeaseholdError(this.node.path, `${field} is given without data`, "leave it out, or give data");
    }
  }
}

function requireKey(where: string, key: string): string {
  if (key.trim() === key && key !== "" && !/\p{Cc}|[$%]\{/u.test(key)) return key;
  throw new LeaseholdError(
    where,
    `data has the key ${show(key)}`,
    "name keys without spaces around them, control characters, ${ or %{",
  );
}
