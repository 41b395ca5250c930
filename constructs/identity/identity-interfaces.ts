/** An entity, declared here or elsewhere, as its aliases and groups see it. */
export interface IIdentityEntity {
  /** The entity's id, which only Vault knows: a reference where it is declared. */
  readonly entityId: string;
}

/** A group, declared here or elsewhere, as the groups that it is a member of see it. */
export interface IIdentityGroup {
  /** The group's id, which only Vault knows: a reference where it is declared. */
  readonly groupId: string;
}
