import { z } from "zod";
import type { VaultClient } from "../../cli/vault-client";
import type { Identity } from "../../policies/evaluator/identity";

const idAnswer = z.object({ data: z.object({ id: z.string() }) });
const mountsAnswer = z.object({ data: z.record(z.string(), z.object({ accessor: z.string() })) });
const loginAnswer = z.object({ auth: z.object({ client_token: z.string() }) });

type Metadata = Readonly<Record<string, string>>;

/** Of the entity, its alias and its group. */
export type CallerMetadata = readonly [Metadata, Metadata, Metadata];

/** Somebody who logged in by userpass: an entity with an alias, in a group. */
export class PolicyCaller {
  private constructor(
    private readonly operator: VaultClient,
    private readonly mount: string,
    readonly token: string,
    private readonly accessor: string,
    private readonly ids: Readonly<Record<"entity" | "alias" | "group", string>>,
  ) {}

  static async logIn(operator: VaultClient, mount: string, policies: readonly string[]): Promise<PolicyCaller> {
    const user = { password: mount, token_policies: policies, token_no_default_policy: true };
    await operator.write(`sys/auth/${mount}`, { type: "userpass" });
    await operator.write(`auth/${mount}/users/user`, user);
    const accessor = (await operator.read("sys/auth", mountsAnswer)).data[`${mount}/`]?.accessor ?? "";
    const make = async (kind: string, body: Record<string, unknown>) =>
      (await operator.ask(`identity/${kind}`, body, idAnswer)).data.id;
    const entity = await make("entity", { name: `${mount}-entity` });
    const alias = await make("entity-alias", { name: "user", canonical_id: entity, mount_accessor: accessor });
    const group = await make("group", { name: `${mount}-group`, member_entity_ids: [entity] });
    const { auth } = await operator.ask(`auth/${mount}/login/user`, { password: mount }, loginAnswer);
    return new PolicyCaller(operator, mount, auth.client_token, accessor, { entity, alias, group });
  }

  accessorOf(mount: string): string {
    return mount === this.mount ? this.accessor : `no-${mount}`;
  }

  /** As it is known with this metadata. */
  identity([entity, alias, group]: CallerMetadata): Identity {
    const { ids, mount } = this;
    const aliases = { [mount]: { id: ids.alias, name: "user", customMetadata: alias } };
    return {
      entity: { id: ids.entity, name: `${mount}-entity`, metadata: entity, aliases },
      groups: [{ id: ids.group, name: `${mount}-group`, metadata: group }],
    };
  }

  async become([entity, alias, group]: CallerMetadata): Promise<void> {
    const { ids, accessor, operator } = this;
    const known = { name: "user", canonical_id: ids.entity, mount_accessor: accessor };
    await operator.write(`identity/entity/id/${ids.entity}`, { metadata: entity });
    await operator.write(`identity/entity-alias/id/${ids.alias}`, { ...known, custom_metadata: alias });
    await operator.write(`identity/group/id/${ids.group}`, { metadata: group });
  }

  async remove(): Promise<void> {
    await this.operator.delete(`identity/group/id/${this.ids.group}`);
    await this.operator.delete(`identity/entity/id/${this.ids.entity}`);
    await this.operator.delete(`sys/auth/${this.mount}`);
  }
}
