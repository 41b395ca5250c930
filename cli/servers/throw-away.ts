import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomically } from "../files";
import { type Daemon, isRunning, ownIdentity, run, stopDaemon } from "../processes";

const prefix = "leasehold-throw-away-";

interface Inventory {
  readonly owner: Daemon;
  readonly daemons: readonly { readonly daemon: Daemon; readonly signal: "SIGTERM" | "SIGINT" }[];
  /** Ids of Docker's. */
  readonly containers: readonly string[];
}

/**
 * Servers that live as long as one piece of work, in a folder of their own. However the work ends, they are stopped and the
 * folder is removed: after an error, at Ctrl-C, and, when the process itself was killed, by the next one that comes along.
 */
export class ThrowAway {
  /** Makes the folder, and removes what killed processes left behind. Whoever opens it closes it. */
  static async open(): Promise<ThrowAway> {
    await sweep();
    return new ThrowAway(mkdtempSync(join(tmpdir(), prefix)), await ownIdentity());
  }

  /** Opens it for `use`, and closes it however `use` ends, at Ctrl-C too. */
  static async use<T>(use: (place: ThrowAway) => Promise<T>): Promise<T> {
    const place = await ThrowAway.open();
    const interrupted = (signal: NodeJS.Signals) =>
      void place.close().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
    for (const signal of signals) process.once(signal, interrupted);
    try {
      return await use(place);
    } finally {
      for (const signal of signals) process.off(signal, interrupted);
      await place.close();
    }
  }

  private daemons: Inventory["daemons"] = [];
  private containers: Inventory["containers"] = [];

  private constructor(
    readonly folder: string,
    private readonly owner: Daemon,
  ) {
    this.writeDown();
  }

  /** A folder for one server. */
  folderFor(server: string): string {
    const folder = join(this.folder, server);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Writes a server down, so that it is stopped in the end. */
  keep(daemon: Daemon, signal: "SIGTERM" | "SIGINT" = "SIGTERM"): Daemon {
    this.daemons = [...this.daemons, { daemon, signal }];
    this.writeDown();
    return daemon;
  }

  /** Writes a container down, so that it is removed in the end. */
  keepContainer(id: string): void {
    this.containers = [...this.containers, id];
    this.writeDown();
  }

  private writeDown(): void {
    const inventory: Inventory = { owner: this.owner, daemons: this.daemons, containers: this.containers };
    writeFileAtomically(join(this.folder, "inventory.json"), JSON.stringify(inventory), 0o600);
  }

  /** Stops the servers and removes the folder. */
  close(): Promise<void> {
    return removeAll(this.folder, { daemons: this.daemons, containers: this.containers });
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

async function removeAll(
  folder: string,
  { daemons, containers }: Pick<Inventory, "daemons" | "containers">,
): Promise<void> {
  await Promise.all([
    ...daemons.map(({ daemon, signal }) => stopDaemon(daemon, signal)),
    ...containers.map((id) => run("docker", ["rm", "--force", "--volumes", id], { timeoutMs: 60_000 })),
  ]);
  rmSync(folder, { recursive: true, force: true });
}

/** Ends what processes left that were killed. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const inventory = readInventory(join(folder, "inventory.json"));
    if (inventory === undefined || (await isRunning(inventory.owner))) continue;
    await removeAll(folder, inventory);
  }
}

/** Undefined while its owner has yet to write it, and where it is another user's. */
function readInventory(file: string): Inventory | undefined {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Inventory) : undefined;
  } catch {
    return undefined;
  }
}
