import type { Overrides } from "../../environments/schema";
import type { SuperuserSessions } from "../servers/postgres-session";

export interface LabPorts {
  readonly vault?: number;
  readonly postgres?: number;
}

export interface LabStates {
  readonly vault: "stopped" | "sealed" | "ready";
  readonly postgres: "stopped" | "ready";
}

/** A server beside Vault and PostgreSQL. */
export interface OtherServer {
  readonly server: string;
  /** Empty where this machine can't reach it. */
  readonly address: string;
  readonly state: string;
}

/** Where a server is found. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface RuntimeDeployment {
  readonly overrides: Pick<Overrides[string], "containers">;
  readonly variables: Readonly<Record<string, string>>;
}

/** A line of what a server wrote. */
export interface LogLine {
  readonly server: string;
  readonly line: string;
}

/** What runs the servers of a lab: processes of this machine, or containers of an engine. */
export interface LabRuntime {
  /** Starts PostgreSQL unless it runs, and waits until it answers. */
  startPostgres(): Promise<void>;

  /** Starts Vault unless it runs, initialises it the first time, and unseals it. */
  startVault(): Promise<void>;

  /** What runs, without changing anything. */
  states(): Promise<LabStates>;

  /** The end of what each server wrote. */
  logs(lines: number): Promise<readonly LogLine[]>;

  /** Ends the servers; their data stays. */
  stop(): Promise<void>;

  /** Removes what there is of the servers outside the lab's folder; they must be stopped. */
  remove(): Promise<void>;

  /** PostgreSQL as its superuser, from this machine. */
  postgres(): SuperuserSessions;

  /** Where Vault finds PostgreSQL. */
  postgresForVault(): ServerAddress;

  /** What a deployment of the lab's environment overrides besides, and reads from its variables. */
  deployment(): RuntimeDeployment;

  /** Gives programs of the lab's own the logins that they are declared to have. */
  deliverLogins(): Promise<void>;

  /** How a person runs Vault's command line. */
  commandLine(): string;

  /** What else runs. */
  others(): Promise<readonly OtherServer[]>;
}
