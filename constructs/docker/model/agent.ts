import { LeaseholdError, show } from "../../core/errors";
import { isMountPath, requireName } from "../../core/names";
import { AgentConfiguration } from "../../server/agent/agent-configuration";
import { databaseTemplate } from "../../server/agent/database-template";
import type { ContainerModel } from "./container-model";
import type { StackServer } from "./images";
import { stackReason } from "./network";
import type { LoginFolder } from "./secrets";
import { addressOf, programs, versions } from "./vault-servers";

/** An agent that keeps a user of a database role in the file `database.json` of the volume `agent`. */
export interface StackAgent {
  /** Name of the AppRole that it logs in as, of the mount `approle`. */
  readonly role: string;
  /** Mount and role of the database, as in `database/app-readonly`. */
  readonly database: string;
}

/** The container of the agent, with the login that it reads. */
export function agentContainer(
  where: string,
  agent: StackAgent,
  server: StackServer,
  image: string,
  vault: string,
): { readonly container: ContainerModel; readonly secret: LoginFolder } {
  const { user, program, configuration, data, variables } = programs[server];
  const secret = { holds: "login", name: "agent-login", role: requireName(where, "agent.role", agent.role) } as const;
  const login = `/run/secrets/${secret.name}`;
  const configured = new AgentConfiguration({
    server: versions[server],
    vault: { address: addressOf(vault), plainTextReason: stackReason },
    autoAuth: {
      method: {
        type: "approle",
        roleIdFile: `${login}/role-id`,
        secretIdFile: `${login}/secret-id`,
        // It may not write there.
        removeSecretIdFileAfterReading: false,
      },
    },
    templates: [databaseTemplate({ ...databaseRole(where, agent.database), destination: `${data}/database.json` })],
  });
  const file = `${configuration}/agent.hcl`;
  const container: ContainerModel = {
    name: "agent",
    image,
    command: [program, "agent", `-config=${file}`],
    user,
    variables,
    files: [{ path: file, content: configured.toHcl() }],
    secrets: [{ name: secret.name, path: login }],
    // The image's folder of data belongs to the user, and so does the volume then.
    volumes: [{ volume: "agent", path: data }],
    ports: [],
    capabilities: [],
    startsAfter: [vault],
  };
  return { container, secret };
}

function databaseRole(where: string, given: string): { readonly mount: string; readonly role: string } {
  const [, mount = "", role = ""] = /^(.+)\/([^/]+)$/.exec(given) ?? [];
  if (isMountPath(mount) && isMountPath(role)) return { mount, role };
  throw new LeaseholdError(
    where,
    `agent.database ${show(given)} is no role of a database`,
    'write its mount and its name, as in "database/app-readonly"',
  );
}
