import { randomBytes } from "node:crypto";
import { ThrowAway } from "../../cli/servers/throw-away";
import { type CertificateFiles, TestAuthority } from "./certificates";
import { declare, type OnePostgres } from "./declarations/one-postgres";
import { onlyPostgres, TestPostgres } from "./postgres";
import { describeOnEachServer } from "./rig";
import { Trial } from "./trial";

const file = require.resolve("./declarations/one-postgres");

/** The server's certificate is for its address; `localhost` is another name of it, which the certificate doesn't know. */
describeOnEachServer("a PostgreSQL that speaks TLS only", (product, lab) => {
  const secrets = { admin_password: randomBytes(16).toString("hex") };
  let place: ThrowAway;
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let authorityFile: string;
  let client: CertificateFiles;
  let postgres: TestPostgres;
  let trial: Trial<OnePostgres>;
  const canIssue = async () => {
    const user = await lab.operator().issueCredentials("postgres-tls", "reader");
    await lab.operator().revokeLease(user.leaseId);
  };
  const connect = (connection: Partial<OnePostgres["connection"]>) =>
    trial.deploy({ connection: { host: "127.0.0.1", port: postgres.port, ...connection } });

  beforeAll(async () => {
    place = await ThrowAway.open();
    authority = await TestAuthority.make(lab.operator(), "test-pki");
    stranger = await TestAuthority.make(lab.operator(), "test-pki-stranger");
    const folder = place.folderFor("certificates");
    authorityFile = authority.asFile(folder);
    client = await authority.issue(folder, "admin_of_postgres_tls");
    postgres = await TestPostgres.start(place, {
      tls: { ...(await authority.issue(folder, "server", { ip: "127.0.0.1" })), caFile: authorityFile },
    });
    const connection = { host: "127.0.0.1", port: postgres.port };
    trial = new Trial<OnePostgres>(lab, file, declare, { name: "postgres-tls", connection }, secrets);
    await trial.cleanUp();
    await postgres.bootstrap(onlyPostgres(trial.environment), secrets.admin_password);
    await postgres.acceptLogins(["hostnossl all admin_of_postgres_tls all reject"]);
  });

  afterAll(async () => {
    await trial.cleanUp();
    await authority.remove();
    await stranger.remove();
    await place.close();
  });

  it("refuses a connection without TLS", async () => {
    await expect(connect({ tls: "disable" })).rejects.toThrow(/pg_hba.conf rejects connection|no encryption/);
  });

  it("is encrypted with tls require, whatever the certificate", async () => {
    await connect({ tls: "require", host: "localhost" });
    await canIssue();
    const sessions = `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'admin_of_postgres_tls'`;
    expect(await postgres.ask("postgres", sessions)).toEqual([{ ssl: true }]);
  });

  it("is checked by its certificate and name with verify-full", async () => {
    const checked = { tls: "verify-full", certificateAuthority: { serverFile: authorityFile } } as const;
    await connect(checked);
    await canIssue();
    expect((await trial.plan()).code).toBe(0);
    await expect(connect({ ...checked, host: "localhost" })).rejects.toThrow(/certificate is (not )?valid for/);
  });

  it("is checked by its certificate alone with verify-ca", async () => {
    await connect({ tls: "verify-ca", certificateAuthority: { serverFile: authorityFile }, host: "localhost" });
    await canIssue();
  });

  it("is refused when another authority signed its certificate", async () => {
    const serverFile = stranger.asFile(place.folderFor("stranger"));
    await expect(connect({ tls: "verify-full", certificateAuthority: { serverFile } })).rejects.toThrow(
      /signed by unknown authority/,
    );
  });

  it("is found among several hosts", async () => {
    // Nothing listens on the first address.
    await connect({ tls: "require", host: ["127.0.0.2", "127.0.0.1"], connectTimeout: "2s" });
    await canIssue();
  });

  it("takes the certificate by which Vault shows who it is, and turns Vault away without one", async () => {
    await postgres.acceptLogins(["hostssl all admin_of_postgres_tls all scram-sha-256 clientcert=verify-full"]);
    const checked = { tls: "verify-full", certificateAuthority: { serverFile: authorityFile } } as const;
    await expect(connect(checked)).rejects.toThrow(/client certificate/);
    await connect({ ...checked, clientCertificate: client });
    await canIssue();
  });

  it("is checked by an authority that is given as a text, which OpenBao does not look at", async () => {
    await postgres.acceptLogins(["hostssl all admin_of_postgres_tls all scram-sha-256"]);
    const deployed = connect({ tls: "verify-full", certificateAuthority: { pem: authority.pem } });
    if (product === "openbao") await expect(deployed).rejects.toThrow(/signed by unknown authority/);
    else await deployed;
  });
});
