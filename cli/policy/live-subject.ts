import { randomBytes } from "node:crypto";
import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { withAccessors } from "../../policies/language/identity-template";
import type { Identity, IdentityEntity, IdentityGroup } from "../../policies/evaluator/identity";
import type { VaultClient } from "../vault-client";
import type { PolicySource } from "./policy-source";

const idAnswer = z.object({ data: z.object({ id: z.string() }) });
const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const mountsAnswer = z.object({ data: z.record(z.string(), z.object({ accessor: z.string() })) });
const capabilitiesAnswer = z.object({ data: z.record(z.string(), z.unknown()) });

/** How long the server keeps what was not removed, for instance because this process was killed. */
const tokenTtl = "15m";

/** Whoever a test is about, on a real server, for as long as the test lasts: its policies, its token, its entity and groups. */
export class LiveSubject {
  private readonly prefix = `leasehold-test-${randomBytes(4).toString("hex")}`;
  private readonly undo: (() => Promise<void>)[] = [];
  /** What the server calls what an identity gave an id. */
  private readonly ids = new Map<string, string>();
  private token = "";

  private constructor(private readonly vault: VaultClient) {}

  /**
   * Makes the subject, hands it to `use`, and removes it however `use` ends, at Ctrl-C too.
   *
   * @throws LeaseholdError when the server refuses, or has an entity or a group of a name in the identity.
   */
  static async use<T>(
    vault: VaultClient,
    policies: readonly PolicySource[],
    identity: Identity | undefined,
    use: (subject: LiveSubject) => Promise<T>,
  ): Promise<T> {
    const subject = new LiveSubject(vault);
    const interrupted = (signal: NodeJS.Signals) =>
      void subject.remove().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
    for (const signal of signals) process.once(signal, interrupted);
    try {
      await subject.make(policies, identity);
      return await use(subject);
    } finally {
      for (const signal of signals) process.off(signal, interrupted);
      await subject.remove();
    }
  }

  /** What the server says that the subject may do on each path, as given. */
  async capabilities(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const real = new Map(paths.map((path) => [path, this.withRealIds(path)]));
    const body = { token: this.token, paths: [...new Set(real.values())] };
    const { data } = await this.vault.ask("sys/capabilities", body, capabilitiesAnswer);
    const list = z.array(z.string());
    return new Map([...real].map(([path, asked]) => [path, list.parse(data[asked])]));
  }

  private async make(policies: readonly PolicySource[], identity: Identity | undefined): Promise<void> {
    const accessors = new Map<string, string>();
    if (identity !== undefined) {
      for (const mount of Object.keys(identity.entity?.aliases ?? {})) {
        accessors.set(mount, await this.mount(`alias-${accessors.size}`));
      }
      await this.makeIdentity(identity, accessors);
    }
    const names = policies.map((_, at) => `${this.prefix}-${at}`);
    for (const [at, { text }] of policies.entries()) {
      const name = names[at] ?? "";
      this.undo.push(() => this.vault.delete(`sys/policies/acl/${name}`));
      const policy = this.withRealIds(withAccessors(text, (mount) => accessors.get(mount) ?? `${this.prefix}-none`));
      await this.vault.write(`sys/policies/acl/${name}`, { policy });
    }
    this.token = await (identity?.entity === undefined ? this.tokenOf(names) : this.login(names));
    this.undo.push(() => this.vault.write("auth/token/revoke", { token: this.token }));
  }

  private async makeIdentity(identity: Identity, accessors: ReadonlyMap<string, string>): Promise<void> {
    if (identity.entity === undefined) return;
    const { aliases = {}, ...entity } = identity.entity;
    const id = await this.makeNamed("entity", entity, {});
    for (const [mount, alias] of Object.entries(aliases)) {
      await this.vault.write("identity/entity-alias", {
        name: alias.name ?? `${this.prefix}-alias`,
        canonical_id: id,
        mount_accessor: accessors.get(mount),
        ...(alias.customMetadata === undefined ? {} : { custom_metadata: alias.customMetadata }),
      });
    }
    this.ids.set(entityKey, id);
    for (const group of identity.groups ?? []) await this.makeNamed("group", group, { member_entity_ids: [id] });
  }

  /** An entity or a group; never one that is there already. */
  private async makeNamed(
    kind: "entity" | "group",
    { id, name, metadata = {} }: IdentityEntity | IdentityGroup,
    more: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const chosen = name ?? `${this.prefix}-${kind}-${this.undo.length}`;
    if (await this.vault.exists(`identity/${kind}/name/${encodeURIComponent(chosen)}`)) {
      throw new LeaseholdError(
        "leasehold policy test --live",
        `the server has ${kind === "entity" ? "an entity" : "a group"} ${JSON.stringify(chosen)} of its own`,
        "give it another name in the test, or leave VAULT_ADDR out to have a server for the test alone",
      );
    }
    const { data } = await this.vault.ask(`identity/${kind}`, { name: chosen, metadata, ...more }, idAnswer);
    this.undo.push(() => this.vault.delete(`identity/${kind}/id/${data.id}`));
    if (id !== undefined) this.ids.set(id, data.id);
    return data.id;
  }

  private async tokenOf(policies: readonly string[]): Promise<string> {
    const body = { policies, no_default_policy: true, ttl: tokenTtl, display_name: this.prefix };
    return (await this.vault.ask("auth/token/create", body, tokenAnswer)).auth.client_token;
  }

  /** Only a login has an entity. */
  private async login(policies: readonly string[]): Promise<string> {
    const accessor = await this.mount("login");
    const [path, password] = [`auth/${this.prefix}-login`, randomBytes(16).toString("hex")];
    const tokens = { token_policies: policies, token_no_default_policy: true, token_ttl: tokenTtl };
    await this.vault.write(`${path}/users/subject`, { password, ...tokens });
    await this.vault.write("identity/entity-alias", {
      name: "subject",
      canonical_id: this.ids.get(entityKey),
      mount_accessor: accessor,
    });
    return (await this.vault.ask(`${path}/login/subject`, { password }, tokenAnswer)).auth.client_token;
  }

  /** An auth method of the subject's own, and its accessor. */
  private async mount(name: string): Promise<string> {
    const path = `${this.prefix}-${name}`;
    this.undo.push(() => this.vault.delete(`sys/auth/${path}`));
    await this.vault.write(`sys/auth/${path}`, { type: "userpass" });
    const accessor = (await this.vault.read("sys/auth", mountsAnswer)).data[`${path}/`]?.accessor;
    if (accessor === undefined) throw new LeaseholdError(`auth/${path}`, "has no accessor", "see the server's log");
    return accessor;
  }

  private withRealIds(text: string): string {
    return [...this.ids].reduce((found, [given, real]) => found.replaceAll(given, real), text);
  }

  /** Removes the latest first; what can't be removed keeps nothing else from it. */
  private async remove(): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.undo.pop(); undo !== undefined; undo = this.undo.pop()) {
      await undo().catch((thrown: unknown) => failures.push(thrown));
    }
    if (failures.length > 0) throw failures[0];
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** Stands for the entity itself, which need not have an id in the test; no text has it. */
const entityKey = "\0entity";
