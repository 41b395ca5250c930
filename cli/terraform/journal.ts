import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../files";
import type { ApplyEvent } from "./events";
import { idOfExisting } from "./existing";

interface Entry {
  readonly address: string;
  /** Terraform's id of it, which the provider imports by; undefined while it is being made. */
  readonly id?: string | undefined;
}

/** What makes a second creation fail, and the attribute that is its id. */
const idAttributes: Readonly<Record<string, string>> = {
  vault_mount: "path",
  vault_auth_backend: "path",
  vault_jwt_auth_backend: "path",
  vault_ldap_auth_backend: "path",
  vault_audit: "path",
};

/**
 * What has to be made anew instead: the provider can't import it, or reads less of it than was declared, and would replace it. Names
 * that an authority has taken are in the way of that; `setAside` frees them.
 */
const madeAnew: ReadonlySet<string> = new Set([
  "vault_pki_secret_backend_key",
  "vault_pki_secret_backend_root_cert",
  "vault_pki_secret_backend_intermediate_cert_request",
  "vault_pki_secret_backend_root_sign_intermediate",
  "vault_pki_secret_backend_intermediate_set_signed",
  "vault_pki_secret_backend_issuer",
]);

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/**
 * What an apply created, written down as it happens. Terraform gives a state that is not a local file to its keeper every 20
 * seconds: an apply that is killed has made what no state knows, and a mount can't be made twice. The next plan takes from here
 * what to import.
 *
 * @see https://developer.hashicorp.com/terraform/language/import
 */
export class Journal {
  private readonly file: string;
  private readonly imports: string;
  /** What an apply was to begin with, and what turned out to be there already. */
  private unsettled: Entry[] = [];

  constructor(folder: string) {
    this.file = join(folder, "journal.jsonl");
    this.imports = join(folder, "recovery.tf.json");
  }

  /** Whether an apply was cut short here. */
  get exists(): boolean {
    return existsSync(this.file);
  }

  /** Addresses of what an apply that was cut short created or was creating. */
  addresses(): Set<string> {
    return new Set(this.entries().map(({ address }) => address));
  }

  /** An apply begins. */
  begin(): void {
    this.unsettled = this.entries();
  }

  note(event: ApplyEvent): void {
    if (event.type === "diagnostic") {
      const { address } = event.diagnostic;
      const id = idOfExisting(event.diagnostic);
      if (address === undefined || id === undefined) return;
      this.unsettled.push({ address, id });
      this.write({ address, id });
      return;
    }
    if (event.type !== "apply_start" && event.type !== "apply_complete") return;
    const { resource, action, id_value: id } = event.hook;
    if (action !== "create") return;
    const entry: Entry = { address: resource.addr, ...(event.type === "apply_complete" ? { id } : {}) };
    this.write(entry);
  }

  private write(entry: Entry): void {
    appendFileSync(this.file, lineOf(entry), { mode: 0o600 });
  }

  /**
   * Has the next plan import what was created and is not in the state; `leftOut` is what turned out not to be there.
   *
   * @returns the addresses that it imports.
   */
  recover(inState: ReadonlySet<string>, leftOut: ReadonlySet<string>, stack: unknown): string[] {
    const ids = new Map<string, string>();
    for (const { address, id = this.idOf(address, stack) } of this.entries()) {
      if (id && !madeAnew.has(typeOf(address))) ids.set(address, id);
    }
    const known = [...ids].filter(
      ([address]) => !inState.has(address) && !leftOut.has(address) && declared(address, stack) !== undefined,
    );
    const imports = known.map(([to, id]) => ({ to, id }));
    if (imports.length === 0) rmSync(this.imports, { force: true });
    else writeFileAtomically(this.imports, JSON.stringify({ import: imports }), 0o600);
    return known.map(([address]) => address);
  }

  /**
   * An apply ended by itself: its state knows what it made. After a failure something may be left that it was to import and did not
   * come to, or that turned out to be there.
   */
  end(hasSucceeded: boolean): void {
    if (hasSucceeded || this.unsettled.length === 0) {
      rmSync(this.file, { force: true });
      rmSync(this.imports, { force: true });
    } else {
      writeFileAtomically(this.file, this.unsettled.map(lineOf).join(""), 0o600);
    }
  }

  private entries(): Entry[] {
    const lines = this.exists ? readFileSync(this.file, "utf8").split("\n") : [];
    // The last line may have been cut by a kill.
    return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as Entry);
  }

  /** The id of what was being made, as the stack declares it. */
  private idOf(address: string, stack: unknown): string | undefined {
    const attribute = idAttributes[typeOf(address)];
    const id = attribute === undefined ? undefined : declared(address, stack)?.[attribute];
    return typeof id === "string" && !id.includes("${") ? id : undefined;
  }
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function typeOf(address: string): string {
  return address.split(".")[0] ?? "";
}

/** What a synthesised stack says of a resource. */
function declared(address: string, stack: unknown): Readonly<Record<string, unknown>> | undefined {
  const [type = "", name = ""] = address.split(".");
  return (stack as { resource?: Resources }).resource?.[type]?.[name];
}
