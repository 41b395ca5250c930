import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { giveToUnprivileged } from "../../cli/servers/unprivileged";
import type { VaultClient } from "../../cli/vault-client";

/** A certificate and its key as files that a server of a test's own may read. */
export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

const issued = z.object({ data: z.object({ certificate: z.string(), private_key: z.string() }) });
const root = z.object({ data: z.object({ certificate: z.string() }) });

/** A certificate authority in a mount of Vault's own PKI engine. */
export class TestAuthority {
  static async make(vault: VaultClient, mount: string): Promise<TestAuthority> {
    await vault.write(`sys/mounts/${mount}`, { type: "pki" });
    const { data } = await vault.ask(`${mount}/root/generate/internal`, { common_name: mount, ttl: "24h" }, root);
    await vault.write(`${mount}/roles/any`, { allow_any_name: true, enforce_hostnames: false, max_ttl: "12h" });
    return new TestAuthority(vault, mount, `${data.certificate.trim()}\n`);
  }

  private constructor(
    private readonly vault: VaultClient,
    private readonly mount: string,
    readonly pem: string,
  ) {}

  /** Issues a certificate to files in a folder. */
  async issue(
    folder: string,
    name: string,
    names: { readonly dns?: string; readonly ip?: string } = {},
  ): Promise<CertificateFiles> {
    const body = { common_name: name, alt_names: names.dns ?? "", ip_sans: names.ip ?? "", exclude_cn_from_sans: true };
    const { data } = await this.vault.ask(`${this.mount}/issue/any`, body, issued);
    return {
      certificateFile: this.write(folder, `${name}.crt`, data.certificate),
      keyFile: this.write(folder, `${name}.key`, data.private_key),
    };
  }

  /** The authority itself as a file. */
  asFile(folder: string): string {
    return this.write(folder, "authority.crt", this.pem);
  }

  private write(folder: string, name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    giveToUnprivileged(path);
    return path;
  }

  async remove(): Promise<void> {
    await this.vault.delete(`sys/mounts/${this.mount}`);
  }
}
