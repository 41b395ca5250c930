import { mkdirSync, realpathSync } from "node:fs";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import type { VaultBinary } from "../parts/vault-binary";
import { onPath } from "../parts/executables";
import { type Daemon, run, startDaemon, stopDaemon } from "../processes";
import type { VaultPlace } from "../operations/vault-place";
import type { ThrowAway } from "./throw-away";
import { waitUntilReady } from "./wait";

/**
 * The server sees no network but its own loopback, and no folder of the machine's but the system's programs, its own data and its
 * program: what else it writes to is memory.
 */
const isolation = `
set -e
root=$1 data=$2 program=$3
shift 3
ip link set lo up
mount -t tmpfs -o mode=0755 leasehold "$root"
for each in bin lib lib32 lib64 usr etc dev proc; do
  if [ -L "/$each" ]; then cp -P "/$each" "$root/$each"
  elif [ -d "/$each" ]; then mkdir "$root/$each"; mount --rbind "/$each" "$root/$each"
  fi
done
mkdir -m 1777 "$root/tmp"
for each in "$data" "$(dirname "$program")"; do
  mkdir -p "$root$each"
  mount --bind "$each" "$root$each"
done
exec chroot "$root" "$program" "$@"
`;

/**
 * A server that can take another's snapshot without harm. A restored server believes that it is the one it was: it would end leases
 * that were renewed since, rotate the passwords of static roles, and write to the audit files of this machine. So it is shut off from
 * the network and from the machine's files, and is reached through a socket.
 */
export class IsolatedVault {
  /**
   * @throws LeaseholdError when this machine can't shut a server off.
   */
  static async prepare(place: ThrowAway, env: HostEnvironment, binary: VaultBinary): Promise<IsolatedVault> {
    const needed = ["unshare", "ip", "mount", "chroot"].filter((command) => onPath(env, command) === undefined);
    const { code, stderr } =
      process.platform === "linux" && needed.length === 0
        ? await run("unshare", [...namespaces(), "ip", "link", "set", "lo", "up"], { env })
        : { code: 1, stderr: needed.length > 0 ? `${needed.join(", ")} not on PATH` : process.platform };
    if (code !== 0) {
      throw new LeaseholdError(
        "a throw-away server",
        `this machine can't shut it off from the network (${stderr.trim()}), and a restored server would change your databases`,
        "verify snapshots on Linux with util-linux and iproute2, as root or where users may make namespaces",
      );
    }
    return new IsolatedVault(place, env, binary, place.folderFor("isolated"));
  }

  private daemon: Daemon | undefined;

  private constructor(
    private readonly place: ThrowAway,
    private readonly env: HostEnvironment,
    private readonly binary: VaultBinary,
    private readonly folder: string,
  ) {
    for (const each of ["root", "data/raft"]) mkdirSync(`${folder}/${each}`, { recursive: true, mode: 0o700 });
    writeFileAtomically(this.at("server.hcl"), this.config(), 0o600);
  }

  /** What `sys/` is reached through. */
  get socketPath(): string {
    return this.at("socket");
  }

  /** Starts it; it comes up sealed. */
  async start(reached: VaultPlace): Promise<void> {
    const logFile = `${this.folder}/log`;
    const program = realpathSync(this.binary.path);
    const server = [program, "server", `-config=${this.at("server.hcl")}`];
    const command = [
      ...namespaces(),
      "sh",
      "-c",
      isolation,
      "sh",
      `${this.folder}/root`,
      `${this.folder}/data`,
      ...server,
    ];
    const env = Object.fromEntries(Object.entries(this.env).filter(([name]) => !/^(VAULT|BAO)_/.test(name)));
    const daemon = await startDaemon("unshare", command, { logFile, env, cwd: this.folder });
    this.daemon = this.place.keep(daemon);
    await waitUntilReady({ name: "a throw-away server", daemon, logFile }, async () => {
      await reached.client().sealStatus();
      return true;
    });
  }

  async stop(): Promise<void> {
    if (this.daemon !== undefined) await stopDaemon(this.daemon);
    this.daemon = undefined;
  }

  private at(name: string): string {
    return `${this.folder}/data/${name}`;
  }

  private config(): string {
    return [
      `storage "raft" {`,
      `  path    = ${JSON.stringify(this.at("raft"))}`,
      `  node_id = "throw-away"`,
      `}`,
      `listener "unix" {`,
      `  address     = ${JSON.stringify(this.socketPath)}`,
      `  socket_mode = "0600"`,
      // A root token for who has the key shares, which OpenBao otherwise keeps closed.
      ...(this.binary.product === "openbao" ? [`  disable_unauthed_generate_root_endpoints = false`] : []),
      `}`,
      // Raft wants an address of its own, even alone.
      `listener "tcp" {`,
      `  address     = "127.0.0.1:8200"`,
      `  tls_disable = true`,
      `}`,
      `api_addr      = "http://127.0.0.1:8200"`,
      `cluster_addr  = "https://127.0.0.1:8201"`,
      `disable_mlock = true`,
      ``,
    ].join("\n");
  }
}

function namespaces(): string[] {
  return [...(process.getuid?.() === 0 ? [] : ["--map-root-user"]), "--net", "--mount"];
}
