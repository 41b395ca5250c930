import { createHash } from "node:crypto";
import { type DeclaredStack, declaredStack } from "../../environments/containers";
import { loadEnvironment, overridesVariable } from "../../environments/load";
import type { Overrides } from "../../environments/schema";
import type { LabFolder, LabRecord, LabStorage } from "./lab-folder";

/** The environment that a lab deploys. */
export const environmentName = "lab";

/** What a lab changes of the containers that its environment declares. */
export type ContainersOverride = NonNullable<Overrides[string]["containers"]>;

const storages: Readonly<Record<LabStorage, ContainersOverride["storage"]>> = {
  raft: { type: "raft", nodes: 1 },
  "raft-3": { type: "raft", nodes: 3 },
  consul: { type: "consul" },
  postgresql: { type: "postgresql" },
};

/**
 * What an engine knows the containers of a new lab by: an engine is shared by all checkouts of the project on its machine, whose labs
 * may have one name, and each clears away what an interrupted deployment of its own left.
 */
export function newStackName({ name, path }: Pick<LabFolder, "name" | "path">): string {
  const place = createHash("sha256").update(path).digest("hex").slice(0, 6);
  // Engines take less in a name than folders do; the place keeps it apart from others that begin alike.
  return `leasehold-${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "-")
    .slice(0, 23)}-${place}`;
}

/**
 * The declared containers on this lab's ports, of its images and with its own files.
 *
 * @throws LeaseholdError when the lab has none.
 */
export function containersOverride(folder: LabFolder, record: LabRecord): ContainersOverride {
  const { product, vaultPort, postgresPort, containers } = record;
  if (containers === undefined) throw new Error(`lab ${folder.name} has no containers`);
  return {
    name: containers.stack,
    server: product,
    storage: storages[containers.storage],
    vaultPorts: [vaultPort, ...containers.otherVaultPorts],
    databasePorts: { postgres: postgresPort },
    images: containers.images,
    secretsFolder: folder.at("secrets"),
    statePath: folder.at("infra.tfstate"),
  };
}

/**
 * The stack of a lab's containers.
 *
 * @throws LeaseholdError when they can't be made as they are asked for.
 */
export function labStack(folder: LabFolder, record: LabRecord): DeclaredStack {
  const overrides: Overrides = { [environmentName]: { containers: containersOverride(folder, record) } };
  return stackWith(overrides);
}

/** The stack of the environment's containers with what is overridden of them. */
export function stackWith(overrides: Overrides): DeclaredStack {
  const environment = loadEnvironment(environmentName, { [overridesVariable]: JSON.stringify(overrides) });
  const stack = declaredStack(environment);
  if (stack === undefined) throw new Error(`environments/${environmentName} declares no containers`);
  return stack;
}
