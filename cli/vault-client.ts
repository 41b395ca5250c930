import { z } from "zod";
import { LeaseholdError, messageOf } from "../constructs/core/errors";
import type { HostEnvironment } from "../environments/load";
import { fetchTrusting } from "./fetch-trusting";
import { parseJson } from "./json";
import type { Fetch } from "./transport";

/** Vault said no; `status` is the HTTP status. */
export class VaultRefusal extends LeaseholdError {
  constructor(
    where: string,
    readonly status: number,
    readonly errors: readonly string[],
  ) {
    super(
      where,
      `Vault answered ${status}${errors.length > 0 ? ` (${errors.join("; ").trim()})` : ""}`,
      remedyFor(status),
    );
  }
}

function remedyFor(status: number): string {
  if (status === 403) return "check that the token is valid and that its policies allow the path";
  if (status === 404) return "check the path, and that what it names is deployed";
  if (status === 503) return "the server is sealed: unseal it (leasehold lab up does that for a lab)";
  return "see the server's log";
}

const errorAnswer = z.object({ errors: z.array(z.string()).default([]) });
const initAnswer = z.object({ keys_base64: z.array(z.string()).min(1), root_token: z.string().min(1) });
const sealAnswer = z.object({
  initialized: z.boolean(),
  sealed: z.boolean(),
  version: z.string(),
  /** Shares, and how many of them open the server. */
  n: z.number(),
  t: z.number(),
  storage_type: z.string(),
});
const loginAnswer = z.object({ auth: z.object({ client_token: z.string(), accessor: z.string() }) });
const credentialsAnswer = z.object({
  lease_id: z.string(),
  lease_duration: z.number(),
  renewable: z.boolean(),
  data: z.object({ username: z.string(), password: z.string() }),
});
const renewalAnswer = z.object({ lease_id: z.string(), lease_duration: z.number() });
const connectionAnswer = z.object({
  data: z.object({
    allowed_roles: z.array(z.string()),
    plugin_name: z.string(),
    connection_details: z.record(z.string(), z.unknown()),
  }),
});
const leaseAnswer = z.object({ data: z.object({ issue_time: z.string(), expire_time: z.string().nullable() }) });
const wrappedAnswer = z.object({
  wrap_info: z.object({
    token: z.string(),
    accessor: z.string(),
    ttl: z.number(),
    creation_time: z.string(),
    creation_path: z.string(),
  }),
});
const keysAnswer = z.object({ data: z.object({ keys: z.array(z.string()) }) });

export type SealStatus = z.output<typeof sealAnswer>;

/** A database user that Vault made. */
export interface IssuedCredentials {
  readonly leaseId: string;
  /** Seconds. */
  readonly leaseDuration: number;
  readonly username: string;
  readonly password: string;
}

/** Milliseconds since 1970. */
export interface LeaseTimes {
  readonly issued: number;
  readonly expires: number | undefined;
}

/**
 * An answer that Vault keeps for whoever unwraps it first.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/response-wrapping
 */
export interface WrappedAnswer {
  /** Opens the answer, once. */
  readonly token: string;
  readonly accessor: string;
  /** When the answer is gone, in milliseconds since 1970. */
  readonly expires: number;
  /** The path that was asked; a receiver compares it with what `sys/wrapping/lookup` says. */
  readonly creationPath: string;
}

export interface VaultClientOptions {
  /** URL of the server. */
  readonly address: string;
  readonly token?: string;
  /** Namespace (Vault Enterprise, OpenBao). @default the root namespace */
  readonly namespace?: string | undefined;
  /** Milliseconds that a call may last. @default 60000 */
  readonly timeoutMs?: number;
  /** File of the certificates, in PEM, that alone may have signed the server's. @default those that Node knows */
  readonly caFile?: string | undefined;
  /** What carries a request, where it needs more than an address: a certificate authority of one's own, a socket. @default fetch */
  readonly transport?: Fetch;
}

/**
 * Whom a client trusts, as Vault's own programs and Terraform are told: the file in VAULT_CACERT.
 *
 * @see https://developer.hashicorp.com/vault/docs/commands#vault_cacert
 */
export function trustedBy({ VAULT_CACERT: caFile }: HostEnvironment): Pick<VaultClientOptions, "caFile"> {
  return { caFile: caFile === "" ? undefined : caFile };
}

/**
 * The few calls of Vault's HTTP API that the command line makes. Every answer passes a schema, and no call lasts longer than
 * `timeoutMs`.
 *
 * @see https://developer.hashicorp.com/vault/api-docs
 */
export class VaultClient {
  constructor(private readonly options: VaultClientOptions) {}

  withToken(token: string): VaultClient {
    return new VaultClient({ ...this.options, token });
  }

  /** The same client in a namespace that lies in its own; itself without one. */
  inNamespace(namespace: string | undefined): VaultClient {
    if (namespace === undefined) return this;
    const { namespace: around = "" } = this.options;
    return new VaultClient({ ...this.options, namespace: around === "" ? namespace : `${around}/${namespace}` });
  }

  sealStatus(): Promise<SealStatus> {
    return this.call("GET", "sys/seal-status", sealAnswer);
  }

  /** Initialises the server; it answers once, and never again. */
  initialise(
    shares: number,
    threshold: number,
  ): Promise<{ readonly keys: readonly string[]; readonly rootToken: string }> {
    return this.call("PUT", "sys/init", initAnswer, { secret_shares: shares, secret_threshold: threshold }).then(
      (answer) => ({
        keys: answer.keys_base64,
        rootToken: answer.root_token,
      }),
    );
  }

  /** Gives one key share. */
  unseal(key: string): Promise<SealStatus> {
    return this.call("PUT", "sys/unseal", sealAnswer, { key });
  }

  /** Drops the shares that were given so far. */
  forgetUnsealProgress(): Promise<SealStatus> {
    return this.call("PUT", "sys/unseal", sealAnswer, { reset: true });
  }

  /** Whether the server answers requests, being initialised, unsealed and the active node. */
  async isActive(): Promise<boolean> {
    const response = await this.send("GET", "sys/health");
    await response.arrayBuffer();
    return response.status === 200;
  }

  /** A token by AppRole login. */
  loginByAppRole(path: string, roleId: string, secretId: string): Promise<string> {
    return this.call("POST", `auth/${path}/login`, loginAnswer, { role_id: roleId, secret_id: secretId }).then(
      (answer) => answer.auth.client_token,
    );
  }

  readRoleId(path: string, role: string): Promise<string> {
    const answer = z.object({ data: z.object({ role_id: z.string() }) });
    return this.call("GET", `auth/${path}/role/${role}/role-id`, answer).then(({ data }) => data.role_id);
  }

  /** A new SecretID. */
  issueSecretId(path: string, role: string): Promise<string> {
    const answer = z.object({ data: z.object({ secret_id: z.string() }) });
    return this.call("POST", `auth/${path}/role/${role}/secret-id`, answer, {}).then(({ data }) => data.secret_id);
  }

  /** A new database user. */
  issueCredentials(mount: string, role: string): Promise<IssuedCredentials> {
    return this.call("GET", `${mount}/creds/${role}`, credentialsAnswer).then((answer) => ({
      leaseId: answer.lease_id,
      leaseDuration: answer.lease_duration,
      ...answer.data,
    }));
  }

  /** What Vault tells of a connection: never a password. */
  readConnection(mount: string, connection: string): Promise<z.output<typeof connectionAnswer>["data"]> {
    return this.call("GET", `${mount}/config/${connection}`, connectionAnswer).then(({ data }) => data);
  }

  /** The password of a static role's user. */
  readStaticPassword(mount: string, role: string): Promise<string> {
    const answer = z.object({ data: z.object({ password: z.string() }) });
    return this.call("GET", `${mount}/static-creds/${role}`, answer).then(({ data }) => data.password);
  }

  /** The seconds that the lease lives from now; less than asked for when its maximum is near. */
  renewLease(leaseId: string, incrementSeconds: number): Promise<number> {
    return this.call("PUT", "sys/leases/renew", renewalAnswer, { lease_id: leaseId, increment: incrementSeconds }).then(
      (answer) => answer.lease_duration,
    );
  }

  /** Ends a lease and waits until its user is gone. */
  revokeLease(leaseId: string): Promise<void> {
    return this.act("PUT", "sys/leases/revoke", { lease_id: leaseId, sync: true });
  }

  /** Ends every lease below a path (without `/` at its end) and waits until their users are gone. */
  revokePrefix(path: string): Promise<void> {
    return this.act("PUT", `sys/leases/revoke-prefix/${path}`, { sync: true });
  }

  /** The ids of the leases below a prefix, however deep. */
  async leases(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for (const key of await this.list(`sys/leases/lookup/${prefix}`)) {
      if (key.endsWith("/")) found.push(...(await this.leases(`${prefix}${key}`)));
      else found.push(`${prefix}${key}`);
    }
    return found;
  }

  /** When a lease was issued and when it ends; undefined where it is gone. */
  async lookUpLease(leaseId: string): Promise<LeaseTimes | undefined> {
    try {
      const { data } = await this.call("PUT", "sys/leases/lookup", leaseAnswer, { lease_id: leaseId });
      return {
        issued: Date.parse(data.issue_time),
        expires: data.expire_time === null ? undefined : Date.parse(data.expire_time),
      };
    } catch (thrown) {
      if (thrown instanceof VaultRefusal && [400, 404].includes(thrown.status)) return undefined;
      throw thrown;
    }
  }

  /** The leases that Vault has given up revoking. */
  async irrevocableLeases(): Promise<string[]> {
    const answer = z.object({ data: z.object({ leases: z.array(z.object({ lease_id: z.string() })).nullish() }) });
    const { data } = await this.call("GET", "sys/leases?type=irrevocable&limit=none", answer);
    return (data.leases ?? []).map(({ lease_id }) => lease_id);
  }

  /** Forgets a lease, whether or not its user can be dropped. */
  forgetLease(leaseId: string): Promise<void> {
    return this.act("PUT", `sys/leases/revoke-force/${leaseId}`, {});
  }

  /** The keys of a listing; empty when there are none. */
  async list(path: string): Promise<string[]> {
    try {
      return (await this.call("LIST", path, keysAnswer)).data.keys;
    } catch (thrown) {
      if (thrown instanceof VaultRefusal && thrown.status === 404) return [];
      throw thrown;
    }
  }

  /** Has Vault change the password of a connection's admin to one that only Vault knows. */
  rotateRoot(mount: string, connection: string): Promise<void> {
    return this.act("POST", `${mount}/rotate-root/${connection}`, {});
  }

  /** Whether there is something at a path; not where its engine is not mounted. */
  async exists(path: string): Promise<boolean> {
    try {
      await this.call("GET", path, z.unknown());
      return true;
    } catch (thrown) {
      if (thrown instanceof VaultRefusal && [400, 404].includes(thrown.status)) return false;
      throw thrown;
    }
  }

  /** Removes what is at a path. */
  delete(path: string, body?: Record<string, unknown>): Promise<void> {
    return this.act("DELETE", path, body);
  }

  /** Any write whose answer does not matter. */
  write(path: string, body: Record<string, unknown>): Promise<void> {
    return this.act("POST", path, body);
  }

  /** Any reading, in the form that its answer must have. */
  read<T>(path: string, answer: z.ZodType<T>): Promise<T> {
    return this.call("GET", path, answer);
  }

  /** Any write whose answer matters, in the form that it must have. */
  ask<T>(path: string, body: Record<string, unknown>, answer: z.ZodType<T>): Promise<T> {
    return this.call("POST", path, answer, body);
  }

  /** A write whose answer Vault keeps wrapped for `ttlSeconds`: whoever asks does not see it. */
  async wrap(path: string, body: Record<string, unknown>, ttlSeconds: number): Promise<WrappedAnswer> {
    const { wrap_info } = await this.call("POST", path, wrappedAnswer, body, {
      "X-Vault-Wrap-TTL": `${ttlSeconds}s`,
    });
    const { token, accessor, ttl, creation_time, creation_path } = wrap_info;
    return { token, accessor, expires: Date.parse(creation_time) + ttl * 1000, creationPath: creation_path };
  }

  /** What a wrapping token holds; Vault refuses the second time. The client's own token does not matter. */
  unwrap<T>(wrappingToken: string, answer: z.ZodType<T>): Promise<T> {
    return this.withToken(wrappingToken).call("POST", "sys/wrapping/unwrap", answer, {});
  }

  private async act(method: string, path: string, body?: Record<string, unknown>): Promise<void> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    if (!response.ok) throw this.refusal(method, path, response.status, text);
  }

  private async call<T>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    body?: Record<string, unknown>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T> {
    const response = await this.send(method, path, body, headers);
    const text = await response.text();
    if (!response.ok) throw this.refusal(method, path, response.status, text);
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new LeaseholdError(
      `${method} ${this.options.address}/v1/${path}`,
      `the answer is not what Vault's API documents (${parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("; ")})`,
      "check that the address is that of a Vault server",
    );
  }

  private async send(
    method: string,
    path: string,
    body?: Record<string, unknown>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const { address, token, namespace, timeoutMs = 60_000, caFile, transport } = this.options;
    const ask = transport ?? (caFile === undefined ? fetch : fetchTrusting(caFile));
    try {
      return await ask(`${address}/v1/${path}`, {
        method,
        headers: {
          "X-Vault-Request": "true",
          ...headers,
          ...(token === undefined ? {} : { "X-Vault-Token": token }),
          ...(namespace === undefined ? {} : { "X-Vault-Namespace": namespace }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (thrown) {
      if (thrown instanceof LeaseholdError) throw thrown;
      const { cause = thrown } = thrown as { cause?: unknown }; // fetch itself only says "fetch failed"
      throw new LeaseholdError(
        `${method} ${address}/v1/${path}`,
        `the server can't be reached (${messageOf(cause)})`,
        "check the address, and that the server runs",
      );
    }
  }

  private refusal(method: string, path: string, status: number, text: string): VaultRefusal {
    const parsed = errorAnswer.safeParse(parseJson(text));
    return new VaultRefusal(
      `${method} ${this.options.address}/v1/${path}`,
      status,
      parsed.success ? parsed.data.errors : [],
    );
  }
}
