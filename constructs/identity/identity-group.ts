import { DataVaultIdentityGroup } from "@cdktf/provider-vault/lib/data-vault-identity-group";
import { IdentityGroup as GroupResource, type IdentityGroupConfig } from "@cdktf/provider-vault/lib/identity-group";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { LeaseholdError } from "../core/errors";
import type { IPolicySubject } from "../policy/policy-subject";
import { SubjectPolicies, type SubjectOptions } from "../policy/subject-policies";
import type { VaultPolicy } from "../policy/vault-policy";
import { claimName } from "../provider/claim";
import { place, type Placeable } from "../provider/placement";
import type { IIdentityEntity, IIdentityGroup } from "./identity-interfaces";
import { identityPolicyName, requireIdentityName, requireMetadata } from "./identity-name";

export interface GroupProps extends SubjectOptions, Placeable {
  /** The group's name; Vault compares names without regard to case. */
  readonly name: string;
  /** What policies can be templated with: `{{identity.groups.names.NAME.metadata.KEY}}`. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A group of either type: what it is granted, the tokens of all its members have. */
export abstract class IdentityGroupBase extends Construct implements IIdentityGroup, IPolicySubject {
  readonly name: string;
  readonly groupId: string;

  private readonly policies: SubjectPolicies;

  /**
   * @throws LeaseholdError when the name can't be used or is taken, or the metadata can't be kept.
   */
  constructor(
    scope: Construct,
    id: string,
    props: GroupProps,
    /** What the type of the group adds to its resource. */
    attributes: Pick<IdentityGroupConfig, "type" | "memberEntityIds" | "memberGroupIds">,
  ) {
    super(scope, id);
    const where = this.node.path;
    this.name = requireIdentityName(where, "name", props.name);
    place(this, props.namespace);
    claimName(this, "group", this.name.toLowerCase());
    this.policies = new SubjectPolicies(this, identityPolicyName("group", this.name), props);
    const { metadata } = props;
    const resource = new GroupResource(this, "Resource", {
      name: this.name,
      policies: this.policies.names,
      ...(metadata === undefined ? {} : { metadata: requireMetadata(where, "metadata", metadata) }),
      ...attributes,
    });
    this.node.defaultChild = resource;
    this.groupId = resource.id;
  }

  /** The policy `group-<name>`, made with the first grant. */
  get grantPolicy(): VaultPolicy {
    return this.policies.grantPolicy;
  }
}

export interface IdentityGroupProps extends GroupProps {
  /** Entities in the group. @default none */
  readonly memberEntities?: readonly IIdentityEntity[];
  /** Groups whose members are in the group too. @default none */
  readonly memberGroups?: readonly IIdentityGroup[];
}

/**
 * An internal group: its members are declared.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/identity#identity-groups
 */
export class IdentityGroup extends IdentityGroupBase {
  /** A group that is managed elsewhere; the plan looks its id up. */
  static fromName(scope: Construct, id: string, name: string): IIdentityGroup {
    const groupName = requireIdentityName(`${scope.node.path}/${id}`, "name", name);
    return { groupId: new DataVaultIdentityGroup(scope, id, { groupName }).id };
  }

  private readonly entities: IIdentityEntity[];
  private readonly groups: IIdentityGroup[];

  constructor(scope: Construct, id: string, props: IdentityGroupProps) {
    const entities = [...(props.memberEntities ?? [])];
    const groups = [...(props.memberGroups ?? [])];
    super(scope, id, props, {
      type: "internal",
      memberEntityIds: Lazy.listValue({ produce: () => entities.map(({ entityId }) => entityId) }),
      memberGroupIds: Lazy.listValue({ produce: () => groups.map(({ groupId }) => groupId) }),
    });
    this.entities = entities;
    this.groups = groups;
  }

  /** Puts entities into the group. */
  addEntities(...entities: readonly IIdentityEntity[]): void {
    this.entities.push(...entities);
  }

  /**
   * Puts the members of other groups into the group.
   *
   * @throws LeaseholdError when the group would contain itself.
   */
  addGroups(...groups: readonly IIdentityGroup[]): void {
    for (const group of groups) {
      if (group === this || (group instanceof IdentityGroup && group.contains(this))) {
        throw new LeaseholdError(
          this.node.path,
          `group ${this.name} would contain itself`,
          "leave one of the memberships out",
        );
      }
      this.groups.push(group);
    }
  }

  private contains(other: IIdentityGroup): boolean {
    return this.groups.some((group) => group === other || (group instanceof IdentityGroup && group.contains(other)));
  }
}
