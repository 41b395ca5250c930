import { randomBytes } from "node:crypto";
import { escapeDnValue, findLdapServer, type LdapEntry, LdapServer } from "../../cli/servers/ldap-server";
import { freePort } from "../../cli/servers/ports";
import type { ThrowAway } from "../../cli/servers/throw-away";
import type { TestAuthority } from "./certificates";
import { testContext } from "./parts";

const suffix = "dc=company,dc=com";
export const userDn = `ou=Users,${suffix}`;
export const groupDn = `ou=Groups,${suffix}`;
/** Whom Vault searches as. */
export const bindDn = `cn=vault,${suffix}`;

/** A company's directory: people by their names, all with one password, and groups by theirs with who is in them. */
export interface Directory {
  readonly people: readonly string[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** DNs below dc=company,dc=com of where they are, and of whom Vault searches as. @default those above */
  readonly names?: Readonly<Record<"userDn" | "groupDn" | "bindDn", string>>;
}

/** A directory server of a test's own. */
export class TestDirectory {
  static async start(place: ThrowAway, authority: TestAuthority, directory: Directory): Promise<TestDirectory> {
    const { env } = testContext();
    const binaries = findLdapServer(env);
    if (binaries === undefined) throw new Error("slapd is not installed");
    const folder = place.folderFor("slapd");
    const started = new TestDirectory(await freePort(), await freePort());
    const server = new LdapServer({
      binaries,
      folder,
      logFile: `${folder}/log`,
      port: started.port,
      tlsPort: started.tlsPort,
      certificate: {
        ...(await authority.issue(folder, "slapd", { ip: "127.0.0.1" })),
        caFile: authority.asFile(folder),
      },
      suffix,
      searcher: directory.names?.bindDn ?? bindDn,
      entries: started.entries(directory),
      env,
    });
    await server.untilReady(place.keep(await server.launch()));
    return started;
  }

  readonly password = `person-${randomBytes(12).toString("hex")}`;
  readonly bindPassword = `canary-${randomBytes(12).toString("hex")}`;

  private constructor(
    readonly port: number,
    readonly tlsPort: number,
  ) {}

  private entries({ people, groups, names = { userDn, groupDn, bindDn } }: Directory): LdapEntry[] {
    const dnOf = (name: string) => `uid=${escapeDnValue(name)},${names.userDn}`;
    const above = names.bindDn.slice(names.bindDn.indexOf(",") + 1);
    const units = new Set([names.userDn, names.groupDn, ...(above === suffix ? [] : [above])]);
    return [
      { dn: suffix, attributes: { objectClass: ["dcObject", "organization"], dc: "company", o: "Company" } },
      ...[...units].map((dn) => ({ dn, attributes: { objectClass: "organizationalUnit" } })),
      {
        dn: names.bindDn,
        attributes: {
          objectClass: ["organizationalRole", "simpleSecurityObject"],
          userPassword: this.bindPassword,
        },
      },
      ...people.map((name) => ({
        dn: dnOf(name),
        attributes: { objectClass: "inetOrgPerson", uid: name, cn: name, sn: name, userPassword: this.password },
      })),
      ...Object.entries(groups).map(([name, members]) => ({
        dn: `cn=${name},${names.groupDn}`,
        attributes: { objectClass: "groupOfNames", cn: name, member: members.map(dnOf) },
      })),
    ];
  }
}
