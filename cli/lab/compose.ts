import { join } from "node:path";
import { composeFiles } from "../../constructs/docker/model/compose";
import type { StackModel } from "../../constructs/docker/model/container-model";
import type { ChosenImages } from "../../constructs/docker/model/images";
import { programs } from "../../constructs/docker/model/vault-servers";
import type { CliContext } from "../context";
import { DockerEngine } from "../docker/engine";
import { pinned } from "../docker/image-name";
import { digestOf } from "../docker/images";
import { writeFileAtomically } from "../files";
import type { Lab } from "./lab";
import type { LabRecord, LabStorage } from "./lab-folder";
import { labStack } from "./lab-stack";
import { StackSecrets } from "./stack-secrets";

export interface ComposeOptions {
  /** @default that of the lab, else vault */
  readonly server?: LabRecord["product"];
  /** @default that of the lab, else raft */
  readonly storage?: LabStorage;
  /** @default those of the lab, else the official ones */
  readonly image?: ChosenImages;
  /** Folder for compose.yaml and what lies beside it. @default compose.yaml is printed */
  readonly output?: string;
  /** Whether images are pinned to the digests that the engine knows. @default false */
  readonly digests?: boolean;
}

/**
 * The containers of a lab for Compose, whether or not there is such a lab: what is to be printed.
 *
 * @throws LeaseholdError when they can't be made as they are asked for, or a digest is not known.
 */
export async function writeCompose(context: CliContext, lab: Lab, options: ComposeOptions): Promise<string> {
  const record = recordFor(lab, options);
  const { model } = labStack(lab.folder, record);
  const files = composeFiles(options.digests === true ? await withDigests(context, lab, record, model) : model);
  const { output } = options;
  if (output === undefined) return files["compose.yaml"].trimEnd();
  const secrets = new StackSecrets(join(output, "secrets"));
  secrets.prepare(model.secrets);
  const all = { ...files, ".gitignore": "/secrets/\n" };
  for (const [path, content] of Object.entries(all)) writeFileAtomically(join(output, path), content);
  return [...Object.keys(all), ...model.secrets.map(({ name }) => join("secrets", name))]
    .map((path) => join(output, path))
    .join("\n");
}

/** On the ports that everybody knows, where there is no such lab of containers. */
function recordFor(lab: Lab, { server, storage, image }: ComposeOptions): LabRecord {
  const known = lab.folder.readRecord();
  const kept = known?.containers === undefined ? undefined : { ...known, ...known.containers };
  const product = server ?? kept?.product ?? "vault";
  const chosen = storage ?? kept?.storage ?? "raft";
  const usual = { vaultPort: 8200, otherVaultPorts: chosen === "raft-3" ? [8202, 8204] : [] };
  const { vaultPort, otherVaultPorts } = kept?.storage === chosen ? kept : usual;
  return {
    product,
    binary: programs[product].program,
    version: "unknown",
    vaultPort,
    clusterPort: 8201,
    postgresPort: kept?.postgresPort ?? 5432,
    containers: {
      engine: kept?.engine ?? "",
      stack: kept?.stack ?? `leasehold-${lab.name.toLowerCase()}`,
      storage: chosen,
      images: { ...kept?.images, ...image },
      otherVaultPorts,
    },
  };
}

async function withDigests(context: CliContext, lab: Lab, record: LabRecord, model: StackModel): Promise<StackModel> {
  const engine = await DockerEngine.find(context.env);
  const images: Record<string, string> = { ...record.containers?.images };
  for (const [what, name] of Object.entries(model.images)) images[what] = pinned(name, await digestOf(engine, name));
  const { containers } = record;
  return labStack(lab.folder, { ...record, ...(containers && { containers: { ...containers, images } }) }).model;
}
