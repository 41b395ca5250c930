import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { ChosenImages } from "../../constructs/docker/model/images";
import { programs } from "../../constructs/docker/model/vault-servers";
import type { CliContext } from "../context";
import { DockerEngine } from "../docker/engine";
import { engineAddresses } from "../docker/engine-address";
import { requireImage } from "../docker/images";
import { findDockerProvider } from "../parts/docker-provider";
import type { ProviderSource } from "../parts/provider";
import type { Terraform } from "../parts/terraform";
import type { ServerProduct } from "../parts/vault-binary";
import { runSteps } from "../progress";
import { freePort } from "../servers/ports";
import type { Lab } from "./lab";
import type { LabRecord, LabStorage } from "./lab-folder";
import type { LabPorts } from "./lab-runtime";
import { labStack, newStackName } from "./lab-stack";

/** How a lab is to be made. */
export interface LabChoice {
  /** Containers or not. @default what the lab is, else containers where an engine answers and has the images */
  readonly docker?: boolean;
  /** @default what the lab has, else raft */
  readonly storage?: LabStorage;
  /** Images in place of the official ones. @default those that the lab has */
  readonly image?: ChosenImages;
  readonly server?: ServerProduct;
  readonly ports: LabPorts;
}

/** Containers that can be made: everything for them is there. */
export interface ChosenContainers {
  readonly record: LabRecord;
  readonly provider: ProviderSource;
}

/**
 * Settles whether a lab's servers are containers, and gets what they take; undefined where they are processes.
 *
 * @throws LeaseholdError when the lab is something else than what is chosen, or containers are asked for and can't be had.
 */
export async function chooseContainers(
  context: CliContext,
  lab: Lab,
  terraform: Terraform,
  choice: LabChoice,
): Promise<ChosenContainers | undefined> {
  const known = lab.folder.readRecord();
  const isAskedFor = choice.docker === true || choice.storage !== undefined || choice.image !== undefined;
  requirePossible(lab, choice, known, isAskedFor);
  if (choice.docker === false || (known !== undefined && known.containers === undefined)) return undefined;
  if (known === undefined && !isAskedFor && !mayHaveEngine(context)) return undefined;
  let chosen: ChosenContainers | undefined;
  await runSteps([
    {
      title: "Docker engine, images and provider",
      run: async (report, done) => {
        try {
          const engine = await (known?.containers === undefined
            ? DockerEngine.find(context.env)
            : DockerEngine.at(known.containers.engine));
          const record = await plan(lab, engine, choice);
          const images = Object.values(labStack(lab.folder, record).model.images);
          for (const image of images) await requireImage(engine, image, report);
          const provider = await findDockerProvider(context.env, terraform, report);
          chosen = { record, provider };
          done(
            `Docker ${engine.version} at ${engine.host}, provider kreuzwerker/docker ${provider.constraint} from ${provider.from}`,
          );
        } catch (thrown) {
          if (isAskedFor || known !== undefined) throw thrown;
          done(`Processes in place of containers: ${messageOf(thrown)}`);
        }
      },
    },
  ]);
  return chosen;
}

/** Nobody is told of an engine that was not looked for. */
function mayHaveEngine({ env }: CliContext): boolean {
  return engineAddresses(env).length > 0;
}

function requirePossible(
  { name }: Lab,
  { docker, storage }: LabChoice,
  known: LabRecord | undefined,
  isAskedFor: boolean,
): void {
  const instead = `choose another --name, or "leasehold lab reset --name ${name}"`;
  if (docker === false && (storage !== undefined || isAskedFor)) {
    throw new LeaseholdError("lab up", "--storage and --image are of containers", "leave them out, or --no-docker");
  }
  if (known === undefined) return;
  if (known.containers === undefined && isAskedFor) {
    throw new LeaseholdError(`lab ${name}`, "was made as processes, and containers can't take up their data", instead);
  }
  if (known.containers === undefined) return;
  if (docker === false) {
    throw new LeaseholdError(`lab ${name}`, "was made of containers, and processes can't take up their data", instead);
  }
  const { storage: kept } = known.containers;
  if (storage !== undefined && storage !== kept) {
    throw new LeaseholdError(`lab ${name}`, `keeps its data in ${kept}, and not in ${storage}`, instead);
  }
}

/** What the lab will be; nothing is written down yet. */
async function plan(lab: Lab, engine: DockerEngine, choice: LabChoice): Promise<LabRecord> {
  const known = lab.folder.readRecord();
  const product = choice.server ?? known?.product ?? "vault";
  lab.requireProduct(product);
  const storage = choice.storage ?? known?.containers?.storage ?? "raft";
  const others = known?.containers?.otherVaultPorts ?? [];
  return {
    ...known,
    product,
    binary: programs[product].program,
    version: known?.version ?? "unknown", // it says so itself once it runs
    ...(await lab.choosePorts(choice.ports)),
    clusterPort: 8201,
    containers: {
      engine: engine.host,
      stack: known?.containers?.stack ?? newStackName(lab.folder),
      storage,
      images: { ...known?.containers?.images, ...choice.image },
      otherVaultPorts: storage === "raft-3" && others.length === 0 ? [await freePort(), await freePort()] : others,
    },
  };
}
