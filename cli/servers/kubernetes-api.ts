import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import { findCommand } from "../parts/executables";
import { type Daemon, startDaemon } from "../processes";
import type { ServerCertificate } from "./mariadb-server";
import { waitUntilReady } from "./wait";

export interface KubernetesApiOptions {
  /** Path of kube-apiserver. */
  readonly binary: string;
  /** Path of etcd, which keeps its objects. */
  readonly etcd: string;
  /** For configuration, keys and data; new. */
  readonly folder: string;
  readonly port: number;
  /** Ports of etcd, for its clients and its peers. */
  readonly etcdPorts: readonly [client: number, peer: number];
  readonly certificate: Pick<ServerCertificate, "certificateFile" | "keyFile">;
  readonly env: HostEnvironment;
}

/** The etcd that is installed here; undefined when there is none. */
export async function findEtcd(env: HostEnvironment): Promise<string | undefined> {
  return (await findCommand(env, { command: "etcd", versionArguments: ["--version"], oldest: "3.4" }))?.path;
}

/** Kubernetes' API server alone, on loopback, with no nodes: it makes service accounts, and issues and reviews their tokens. */
export class KubernetesApi {
  /** Who issues tokens, and the audience of the API server itself. */
  static readonly issuer = "https://kubernetes.default.svc.cluster.local";

  readonly url: string;
  /** Of a user who may do everything. */
  readonly adminToken = randomBytes(16).toString("hex");
  /** PEM of the key that service accounts' tokens are signed with. */
  readonly signingKey: string;

  private readonly publicKey: string;

  constructor(private readonly options: KubernetesApiOptions) {
    this.url = `https://127.0.0.1:${options.port}`;
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.signingKey = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    this.publicKey = publicKey.export({ type: "spki", format: "pem" }).toString();
  }

  /** Starts etcd, which must answer before the API server does. */
  launchEtcd(): Promise<Daemon> {
    const { etcd, folder, env } = this.options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [client, peer] = this.options.etcdPorts.map((port) => `http://127.0.0.1:${port}`);
    const settings = {
      "data-dir": join(folder, "etcd"),
      "listen-client-urls": client,
      "advertise-client-urls": client,
      "listen-peer-urls": peer,
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `default=${peer}`,
    };
    return startDaemon(etcd, flags(settings), { logFile: join(folder, "etcd.log"), env, cwd: folder });
  }

  /** Starts the API server. */
  launch(): Promise<Daemon> {
    const { binary, folder, port, etcdPorts, certificate, env } = this.options;
    const write = (name: string, text: string) => {
      writeFileAtomically(join(folder, name), text, 0o600);
      return join(folder, name);
    };
    const settings = {
      "etcd-servers": `http://127.0.0.1:${etcdPorts[0]}`,
      "bind-address": "127.0.0.1",
      "advertise-address": "127.0.0.1",
      "secure-port": String(port),
      "tls-cert-file": certificate.certificateFile,
      "tls-private-key-file": certificate.keyFile,
      "cert-dir": join(folder, "certificates"),
      "service-account-issuer": KubernetesApi.issuer,
      "service-account-key-file": write("service-accounts.pub", this.publicKey),
      "service-account-signing-key-file": write("service-accounts.key", this.signingKey),
      "service-cluster-ip-range": "10.0.0.0/24",
      "token-auth-file": write("tokens.csv", `${this.adminToken},admin,admin,system:masters\n`),
      "authorization-mode": "RBAC",
      // Its own controllers, which make every namespace's default account, are not here.
      "disable-admission-plugins": "ServiceAccount",
      "endpoint-reconciler-type": "none",
    };
    return startDaemon(binary, flags(settings), { logFile: join(folder, "log"), env, cwd: folder });
  }

  /** Waits until `isReady`, which asks it, says so. */
  async untilReady(daemon: Daemon, isReady: () => Promise<boolean>): Promise<void> {
    const logFile = join(this.options.folder, "log");
    await waitUntilReady({ name: "kube-apiserver", daemon, logFile }, isReady, 120_000);
  }
}

function flags(settings: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(settings).map(([name, value]) => `--${name}=${value ?? ""}`);
}
