import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { LeaseholdError } from "../../constructs/core/errors";
import type { CliContext } from "../context";
import { loadDeclared } from "../declared";
import { VaultClient, VaultRefusal } from "../vault-client";
import { type Reach, sendStreamed, textOf, transportOver, unreachable } from "../transport";

/** Where the `vault` commands find the server that they look after. */
export interface PlaceOptions {
  readonly address: string;
  readonly namespace?: string | undefined;
  readonly token?: string | undefined;
  readonly reach?: Reach;
}

/** One server (or the load balancer before several), and what to reach it with. */
export class VaultPlace {
  /**
   * The server of an environment, or else the one at VAULT_ADDR; with VAULT_TOKEN, VAULT_NAMESPACE and VAULT_CACERT.
   *
   * @throws LeaseholdError when neither is given, or one of them can't be used.
   */
  static of(command: string, environment: string | undefined, context: CliContext): VaultPlace {
    const { env } = context;
    const declared = environment === undefined ? undefined : loadDeclared(environment, context).vault;
    const address = declared?.address ?? given(env["VAULT_ADDR"]);
    if (address === undefined) {
      throw new LeaseholdError(
        command,
        "no server is named",
        "name an environment, or set VAULT_ADDR to the server's address, such as https://vault.company.com:8200",
      );
    }
    return new VaultPlace({
      address: requireAddress(declared === undefined ? "VAULT_ADDR" : `environments/${environment}`, address),
      namespace: declared === undefined ? given(env["VAULT_NAMESPACE"]) : declared.namespace,
      token: given(env["VAULT_TOKEN"]),
      reach: { ca: readAuthority(given(env["VAULT_CACERT"])) },
    });
  }

  constructor(private readonly options: PlaceOptions) {}

  get address(): string {
    return this.options.address;
  }

  get reach(): Reach {
    return this.options.reach ?? {};
  }

  get hasToken(): boolean {
    return this.options.token !== undefined;
  }

  /** Another node of the same cluster, as a person names it. */
  node(address: string): VaultPlace {
    return new VaultPlace({ ...this.options, address: requireAddress("--node", address) });
  }

  /** One whose address a server told: the token does not go there, for what a node says of itself needs none. */
  learned(address: string): VaultPlace {
    return new VaultPlace({ ...this.options, address: address.replace(/\/+$/, ""), token: undefined });
  }

  withToken(token: string): VaultPlace {
    return new VaultPlace({ ...this.options, token });
  }

  /**
   * Ends what can't be done without a token.
   *
   * @throws LeaseholdError when VAULT_TOKEN is not set.
   */
  requireToken(command: string, purpose: string): void {
    if (this.hasToken) return;
    throw new LeaseholdError(command, "VAULT_TOKEN is not set", `set it to a token that may ${purpose}`);
  }

  /** Seals, keys and snapshots are the server's: no namespace is named with them. */
  client(timeoutMs = 60_000): VaultClient {
    const { address, token } = this.options;
    return new VaultClient({ address, token, timeoutMs, transport: transportOver(this.reach) });
  }

  /** For what each namespace has of its own. */
  namespacedClient(timeoutMs = 60_000): VaultClient {
    const { address, token, namespace } = this.options;
    return new VaultClient({ address, token, namespace, timeoutMs, transport: transportOver(this.reach) });
  }

  /**
   * An answer, or a body, that is too large for memory.
   *
   * @throws VaultRefusal when the server refuses.
   */
  async stream(method: string, path: string, body?: () => Readable): Promise<IncomingMessage> {
    const { address, token } = this.options;
    const where = `${method} ${address}/v1/${path}`;
    const headers = { "X-Vault-Request": "true", ...(token === undefined ? {} : { "X-Vault-Token": token }) };
    const answer = await sendStreamed(`${address}/v1/${path}`, { method, headers, body }, this.reach).catch(
      (thrown: unknown) => {
        throw thrown instanceof LeaseholdError ? thrown : unreachable(where, thrown);
      },
    );
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    throw new VaultRefusal(where, statusCode, errorsIn(await textOf(answer)));
  }
}

function errorsIn(text: string): string[] {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    return Array.isArray(errors) ? errors.map(String) : [];
  } catch {
    return [];
  }
}

function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Without `/` at its end. */
function requireAddress(where: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "") {
    return address.replace(/\/+$/, "");
  }
  throw new LeaseholdError(
    where,
    `${JSON.stringify(address)} is no address of a server`,
    "give it as in https://vault.company.com:8200",
  );
}

function readAuthority(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  if (!existsSync(file)) throw new LeaseholdError("VAULT_CACERT", `there is no file ${file}`, "give its path");
  const text = readFileSync(file, "utf8");
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new LeaseholdError("VAULT_CACERT", `${file} holds no certificate in PEM`, "give the authority's certificate");
}
