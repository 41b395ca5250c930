import { existsSync, mkdirSync } from "node:fs";
import { createConnection } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import { writeFileAtomically } from "../files";
import { onPath } from "../parts/executables";
import { type Daemon, runOrFail, startDaemon } from "../processes";
import type { ServerCertificate } from "./mariadb-server";
import { waitUntilReady } from "./wait";

/** The programs of an installed OpenLDAP. */
export interface LdapBinaries {
  readonly server: string;
  /** Loads entries while no server runs. */
  readonly loader: string;
  /** Folder of the schemas that come with it. */
  readonly schemas: string;
}

/** One entry of the directory: its DN, and the values of its attributes. */
export interface LdapEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

export interface LdapServerOptions {
  readonly binaries: LdapBinaries;
  /** For configuration and data; new. */
  readonly folder: string;
  readonly logFile: string;
  /** Of `ldap://`, with StartTLS. */
  readonly port: number;
  /** Of `ldaps://`. */
  readonly tlsPort: number;
  readonly certificate: Required<Pick<ServerCertificate, "certificateFile" | "keyFile" | "caFile">>;
  /** DN below which everything lies, such as `dc=company,dc=com`. */
  readonly suffix: string;
  /** DN of the entry that may search; others see their own entry only. */
  readonly searcher: string;
  readonly entries: readonly LdapEntry[];
  readonly env: HostEnvironment;
}

/** Debian keeps servers where ordinary users' PATH does not look, and schemas in a place of their own. */
const serverFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec"];
const schemaFolders = ["/etc/ldap/schema", "/etc/openldap/schema"];

/** The OpenLDAP that is installed here; undefined when there is none. */
export function findLdapServer(env: HostEnvironment): LdapBinaries | undefined {
  const wide = { ...env, PATH: [env["PATH"] ?? "", ...serverFolders].join(delimiter) };
  const [server, loader] = [onPath(wide, "slapd"), onPath(wide, "slapadd")];
  const schemas = schemaFolders.find((folder) => existsSync(join(folder, "inetorgperson.schema")));
  return server && loader && schemas ? { server, loader, schemas } : undefined;
}

/**
 * A directory server of our own on loopback, which goes on after this process and reads no configuration of the machine's. Like
 * many a directory it takes a bind with a DN and an empty password for an anonymous one, which is for Vault to refuse.
 */
export class LdapServer {
  constructor(private readonly options: LdapServerOptions) {}

  /** Loads the entries and starts the server. */
  async launch(): Promise<Daemon> {
    const { binaries, folder, logFile, port, tlsPort, entries, env } = this.options;
    mkdirSync(join(folder, "data"), { recursive: true, mode: 0o700 });
    const config = join(folder, "slapd.conf");
    writeFileAtomically(config, this.config(), 0o600);
    await runOrFail(binaries.loader, ["-f", config], { env, cwd: folder, input: toLdif(entries) });
    const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`;
    // Whatever the debug level, naming one keeps the server in the foreground.
    return startDaemon(binaries.server, ["-f", config, "-h", urls, "-d", "0"], { logFile, env, cwd: dirname(config) });
  }

  /** Waits until a launched server answers. */
  async untilReady(daemon: Daemon): Promise<void> {
    const { logFile, port, tlsPort } = this.options;
    await waitUntilReady({ name: "slapd", daemon, logFile }, async () => {
      await Promise.all([accepts(port), accepts(tlsPort)]);
      return true;
    });
  }

  private config(): string {
    const { binaries, folder, certificate, suffix, searcher } = this.options;
    for (const dn of [suffix, searcher]) {
      if (/["\\\n]/.test(dn)) throw new LeaseholdError("slapd", `DN ${dn} can't be configured`, "use a plainer one");
    }
    return [
      ...["core", "cosine", "inetorgperson"].map((schema) => `include ${join(binaries.schemas, `${schema}.schema`)}`),
      `pidfile ${join(folder, "slapd.pid")}`,
      "allow bind_anon_cred",
      `TLSCACertificateFile ${certificate.caFile}`,
      `TLSCertificateFile ${certificate.certificateFile}`,
      `TLSCertificateKeyFile ${certificate.keyFile}`,
      "TLSVerifyClient never",
      ...modules(),
      "database mdb",
      `suffix "${suffix}"`,
      `directory ${join(folder, "data")}`,
      "index objectClass,uid,member eq",
      "access to attrs=userPassword by anonymous auth by * none",
      `access to * by dn.exact="${searcher}" read by self read by * none`,
      "",
    ].join("\n");
  }
}

/** Debian builds its storage as a module. */
function modules(): string[] {
  const folder = "/usr/lib/ldap";
  return existsSync(join(folder, "back_mdb.so")) ? [`modulepath ${folder}`, "moduleload back_mdb"] : [];
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: "127.0.0.1", port }, () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}

/** Every value in base64, so that names may hold anything. https://www.rfc-editor.org/rfc/rfc2849 */
function toLdif(entries: readonly LdapEntry[]): string {
  const line = (name: string, value: string) => `${name}:: ${Buffer.from(value).toString("base64")}`;
  return entries
    .map(({ dn, attributes }) =>
      [
        line("dn", dn),
        ...Object.entries(attributes).flatMap(([name, values]) =>
          (typeof values === "string" ? [values] : values).map((value) => line(name, value)),
        ),
      ].join("\n"),
    )
    .join("\n\n");
}

/** A name as it stands in a DN. https://www.rfc-editor.org/rfc/rfc4514#section-2.4 */
export function escapeDnValue(value: string): string {
  return value.replace(/[,+"\\<>;=#\p{Cc}]|^ | $/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}
