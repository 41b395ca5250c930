import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { requireChoice } from "../core/choices";
import { type Duration, parseDuration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { requireWhole } from "../core/numbers";
import { requireText } from "../core/texts";

/** What is said about a secret, beside its values. */
export interface KvMetadataOptions {
  /**
   * What people should know of the secret, such as its owner: up to 64 texts by name. It is no secret: whoever may list may often
   * read it. @default none
   *
   * @see https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#custom_metadata
   */
  readonly customMetadata?: Readonly<Record<string, string>>;
  /** How many versions are kept, 1 to 1000. @default the mount's */
  readonly maxVersions?: number;
  /** Whether a write must name the version that it replaces, also where the mount does not ask for it. @default the mount's */
  readonly casRequired?: boolean;
  /** How long after its writing each version is deleted; the mount's counts if it is shorter. @default the mount's */
  readonly deleteVersionAfter?: Duration;
}

/** Each version makes every reading of the metadata longer. */
export const mostVersions = 1_000;

const most = { entries: 64, name: 128, text: 512 };

/**
 * Writes what is said about a secret and nothing else. The provider has no resource for that: its `vault_kv_secret_v2` writes a
 * value whenever it writes metadata, and leaves on the server what the declaration has no longer.
 *
 * @throws LeaseholdError when an option can't be used.
 * @see https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#create-update-metadata
 */
export function declareMetadata(
  construct: Construct,
  options: KvMetadataOptions,
  place: {
    readonly mountReference: string;
    readonly path: string;
    readonly destroys: boolean;
    readonly after: readonly ITerraformDependable[];
  },
): GenericEndpoint {
  const where = construct.node.path;
  const { maxVersions, casRequired = false, deleteVersionAfter } = options;
  const customMetadata = requireCustomMetadata(where, options.customMetadata ?? {});
  return new GenericEndpoint(construct, "Metadata", {
    path: `${place.mountReference}/metadata/${place.path}`,
    // Everything that there is to say, so that what a declaration has no longer is taken back; in the words in which Vault repeats
    // it, so that a second plan is empty.
    dataJson: JSON.stringify({
      cas_required: requireChoice(where, "casRequired", casRequired, [true, false]),
      custom_metadata: Object.keys(customMetadata).length === 0 ? null : customMetadata,
      delete_version_after: inGo(
        deleteVersionAfter === undefined ? 0 : parseDuration(where, "deleteVersionAfter", deleteVersionAfter),
      ),
      max_versions: maxVersions === undefined ? 0 : requireWhole(where, "maxVersions", maxVersions, 1, mostVersions),
    }),
    // Vault's answer holds the versions too.
    ignoreAbsentFields: true,
    disableDelete: !place.destroys,
    dependsOn: [...place.after],
  });
}

/** Sorted, as Vault repeats it. */
function requireCustomMetadata(where: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length > most.entries) {
    throw new LeaseholdError(
      where,
      `customMetadata has ${entries.length} entries, and Vault keeps ${most.entries}`,
      "leave some out",
    );
  }
  for (const [name, text] of entries) {
    requireText(where, "a name in customMetadata", name);
    requireText(where, `customMetadata.${name}`, text);
    if (Buffer.byteLength(name) > most.name || Buffer.byteLength(text) > most.text) {
      throw new LeaseholdError(
        where,
        `customMetadata ${show(name)} is too long`,
        `write names of ${most.name} bytes at most, and texts of ${most.text}`,
      );
    }
  }
  return Object.fromEntries(entries);
}

/** Seconds as Go prints a duration, which Vault answers with: `1h0m0s`, `1m30s`, `0s`. */
function inGo(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
