import { z } from "zod";
import { LeaseholdError } from "../constructs/core/errors";
import type { StackModel } from "../constructs/docker/model/container-model";
import { devStack } from "../constructs/docker/model/dev-stack";
import { stackDatabases, stackImages, stackServers } from "../constructs/docker/model/images";
import type { DatabaseDefinition } from "./databases/schema";
import { name, port } from "./fields";
import type { DeclaredMethod } from "./logins/schema";
import { type Misfit, unknown } from "./misfit";

const storage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raft"), nodes: z.union([z.literal(1), z.literal(3)]).default(1) }),
  z.strictObject({ type: z.literal("consul") }),
  z.strictObject({ type: z.literal("postgresql") }),
]);

const fields = z.strictObject({
  /** Prefix of what the engine knows them by. @default "leasehold-" and the environment's name */
  name: z.string().optional(),
  server: z.enum(stackServers).default("vault"),
  storage: storage.default({ type: "raft", nodes: 1 }),
  /** Ports of 127.0.0.1, one for each node of Vault. @default 8200, and with three nodes 8202 and 8204 too */
  vaultPorts: z.array(port).optional(),
  /** Database servers, one for each engine; without a port only Vault reaches them. */
  databases: z
    .array(
      z.strictObject({ engine: z.enum(stackDatabases), port: port.optional(), database: z.string().min(1).optional() }),
    )
    .default([]),
  /** An agent that logs in as an AppRole of `approle` and keeps a user of a database role, such as `database/app-readonly`. */
  agent: z.strictObject({ role: name, database: z.string().min(1) }).optional(),
  /** Images in place of the official ones, such as `{ vault: "registry.company.com/vault:1.21.1" }`. */
  images: z.partialRecord(z.enum(stackImages), z.string()).default({}),
  /** Folder of the host with the secrets that containers read, from where Terraform is run. @default ".lab/NAME/secrets" */
  secretsFolder: z.string().min(1).optional(),
  /** Version constraint of the kreuzwerker/docker provider. */
  provider: z.string().min(1).optional(),
  /** The file of the Terraform state. @default "terraform.NAME-infra.tfstate" */
  statePath: z.string().min(1).optional(),
});

/**
 * Containers of a Docker engine that the environment's Vault and databases run in, where it is a dev stack: the stack
 * `<environment>-infra`.
 */
export const containers = fields.superRefine((given, context) => {
  try {
    modelOf("leasehold", given);
  } catch (thrown) {
    if (!(thrown instanceof LeaseholdError)) throw thrown;
    context.addIssue({ code: "custom", message: `${thrown.problem}: ${thrown.remedy}` });
  }
});

export type DeclaredContainers = z.output<typeof containers>;

/** What can be changed of them at deploy time; who is in the stack stays as declared. */
export const containersOverrides = fields
  .pick({ name: true, images: true, vaultPorts: true, secretsFolder: true, provider: true, statePath: true })
  .extend({
    server: z.enum(stackServers),
    storage,
    images: z.partialRecord(z.enum(stackImages), z.string()),
    /** Ports of 127.0.0.1 by engine. */
    databasePorts: z.partialRecord(z.enum(stackDatabases), port),
  })
  .partial();

/** Containers before they are checked, with what a deployment changes of them. */
export function overriddenContainers(
  declared: z.input<typeof containers>,
  { databasePorts = {}, images = {}, ...others }: z.output<typeof containersOverrides>,
): z.input<typeof containers> {
  return {
    ...declared,
    ...others,
    images: { ...declared.images, ...images },
    databases: declared.databases?.map((database) => ({
      ...database,
      port: databasePorts[database.engine] ?? database.port,
    })),
  };
}

/** A dev stack as an environment declares it, and where it is kept. */
export interface DeclaredStack {
  readonly model: StackModel;
  /** As declared: absolute, or from where Terraform is run. */
  readonly secretsFolder: string;
  readonly statePath: string;
  readonly provider: string | undefined;
}

/** The containers of an environment; undefined where it declares none. */
export function declaredStack(environment: {
  readonly name: string;
  readonly containers?: DeclaredContainers | undefined;
}): DeclaredStack | undefined {
  const { name: environmentName, containers: declared } = environment;
  if (declared === undefined) return undefined;
  const model = modelOf(`leasehold-${environmentName}`, declared);
  return {
    model,
    secretsFolder: declared.secretsFolder ?? `.lab/${model.name}/secrets`,
    statePath: declared.statePath ?? `terraform.${infraStackName(environmentName)}.tfstate`,
    provider: declared.provider,
  };
}

/** What an agent is to log in as, and to keep, that is not declared. */
export function checkContainers({
  containers: declared,
  auth,
  databases,
}: {
  readonly containers?: DeclaredContainers | undefined;
  readonly auth: readonly DeclaredMethod[];
  readonly databases: readonly DatabaseDefinition[];
}): Misfit[] {
  if (declared?.agent === undefined) return [];
  const { role, database } = declared.agent;
  const logins = auth.flatMap((method) =>
    method.method === "approle" && method.path === "approle" ? method.roles : [],
  );
  const roles = databases.flatMap((each) => each.roles.map(({ name: its }) => `${each.mount}/${its}`));
  return [
    ...unknown(
      "AppRole of approle",
      [role],
      logins.map((login) => login.name),
      ["containers", "agent", "role"],
    ),
    ...unknown("role", [database], roles, ["containers", "agent", "database"]),
  ];
}

/** The stack of an environment's containers. */
export function infraStackName(environment: string): string {
  return `${environment}-infra`;
}

function modelOf(defaultName: string, declared: DeclaredContainers): StackModel {
  const { storage: given, vaultPorts = defaultPorts(given), name: declaredName = defaultName } = declared;
  const { server, databases, agent, images } = declared;
  return devStack({ name: declaredName, server, storage: given, vaultPorts, databases, agent, images });
}

/** Every other one: on a machine without containers a server's second port is the next one. */
function defaultPorts(given: DeclaredContainers["storage"]): readonly number[] {
  return given.type === "raft" && given.nodes === 3 ? [8200, 8202, 8204] : [8200];
}
