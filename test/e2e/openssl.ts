import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runOrFail } from "../../cli/processes";
import { testContext } from "./parts";

/** OpenSSL's command, which shares no code with Vault: what it accepts, others accept. */
export class OpenSsl {
  private readonly folder = mkdtempSync(join(tmpdir(), "leasehold-openssl-"));

  /** What OpenSSL has against a certificate below these roots; empty where it has nothing. */
  async problemsOf(
    certificate: string,
    {
      chain,
      roots,
      crls = [],
    }: { readonly chain: readonly string[]; readonly roots: string; readonly crls?: readonly string[] },
  ): Promise<string> {
    const args = [
      ["-CAfile", this.write("roots.pem", roots)],
      ...(chain.length > 0 ? [["-untrusted", this.write("chain.pem", chain.join("\n"))]] : []),
      ...(crls.length > 0 ? [["-crl_check_all", "-CRLfile", this.write("crls.pem", crls.join("\n"))]] : []),
    ].flat();
    const file = this.write("certificate.pem", certificate);
    const { code, stdout, stderr } = await run("openssl", ["verify", ...args, file], this.options);
    return code === 0 ? "" : `${stdout}${stderr}`;
  }

  /** A CRL in PEM, out of the DER that servers give. */
  async crlOf(der: Buffer): Promise<string> {
    return runOrFail("openssl", ["crl", "-inform", "der", "-in", this.write("list.crl", der)], this.options);
  }

  /** Serial numbers of what is revoked, in capital letters. */
  async revokedIn(crl: string): Promise<string[]> {
    const text = await runOrFail(
      "openssl",
      ["crl", "-noout", "-text", "-in", this.write("list.pem", crl)],
      this.options,
    );
    return [...text.matchAll(/Serial Number: ([0-9A-F]+)/g)].map(([, serial = ""]) => serial);
  }

  /** The whole certificate in words. */
  async describe(certificate: string): Promise<string> {
    return runOrFail(
      "openssl",
      ["x509", "-noout", "-text", "-in", this.write("described.pem", certificate)],
      this.options,
    );
  }

  /** What the responder that a certificate names says of it, in an answer that its issuer has signed. */
  async statusOf(certificate: string, issuer: string, roots: string): Promise<string> {
    const url = /OCSP - URI:(\S+)/.exec(await this.describe(certificate))?.[1] ?? "";
    const files = ["-issuer", this.write("issuer.pem", issuer), "-cert", this.write("asked.pem", certificate)];
    const trust = ["-CAfile", this.write("roots.pem", roots)];
    const { stdout, stderr } = await run("openssl", ["ocsp", "-url", url, ...files, ...trust], this.options);
    if (!stderr.includes("Response verify OK")) throw new Error(`${url}: ${stdout}${stderr}`);
    return /asked\.pem: (\w+)/.exec(stdout)?.[1] ?? stdout;
  }

  /** A root of OpenSSL's own, which signs authorities. */
  async makeRoot(): Promise<string> {
    const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "400", "-subj", "/CN=Elsewhere"];
    await runOrFail("openssl", [...args, "-keyout", this.at("root.key"), "-out", this.at("root.pem")], this.options);
    return readFileSync(this.at("root.pem"), "utf8");
  }

  /** The certificate that its root makes of an authority's signing request. */
  async signAuthority(csr: string): Promise<string> {
    const extensions = this.write(
      "ca.cnf",
      "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
    );
    const args = ["x509", "-req", "-days", "300", "-in", this.write("ca.csr", csr), "-extfile", extensions];
    const by = ["-CA", this.at("root.pem"), "-CAkey", this.at("root.key"), "-CAcreateserial"];
    return runOrFail("openssl", [...args, ...by], this.options);
  }

  /** A key of its own, which stays here, and a signing request of it. */
  async request(subject: string, ...names: readonly string[]): Promise<string> {
    const added = names.length === 0 ? [] : ["-addext", `subjectAltName=${names.join(",")}`];
    const args = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    return runOrFail("openssl", [...args, ...added, "-subj", subject, "-keyout", this.at("own.key")], this.options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get options() {
    return { cwd: this.folder, env: testContext().env };
  }

  private at(name: string): string {
    return join(this.folder, name);
  }

  private write(name: string, content: string | Buffer): string {
    writeFileSync(this.at(name), content, { mode: 0o600 });
    return this.at(name);
  }
}
