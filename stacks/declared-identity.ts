import type { Construct } from "constructs";
import type { IAuthMethod } from "../constructs/auth/auth-method";
import { ExternalGroup } from "../constructs/identity/external-group";
import { IdentityEntity } from "../constructs/identity/identity-entity";
import { IdentityGroup } from "../constructs/identity/identity-group";
import type { VaultPolicy } from "../constructs/policy/vault-policy";
import type { DeclaredIdentity } from "../environments/subjects/identity";
import { found } from "./found";
import type { SubjectGrants } from "./subject-grants";

/** Declares the entities and groups of an environment. */
export function declareIdentity(
  scope: Construct,
  { entities, groups }: DeclaredIdentity,
  known: {
    readonly methods: ReadonlyMap<string, IAuthMethod>;
    readonly policies: ReadonlyMap<string, VaultPolicy>;
    readonly grants: SubjectGrants;
  },
): void {
  const policiesOf = (names: readonly string[] = []) => names.map((name) => found(known.policies, name));
  const declared = {
    entities: new Map<string, IdentityEntity>(),
    groups: new Map<string, IdentityGroup | ExternalGroup>(),
  };
  for (const declaredEntity of entities) {
    const { name, policies, aliases = [] } = declaredEntity;
    const entity = new IdentityEntity(scope, `entity-${name}`, { ...declaredEntity, policies: policiesOf(policies) });
    declared.entities.set(name, entity);
    for (const alias of aliases) entity.addAlias(found(known.methods, alias.method), alias.name);
    known.grants.give(entity, declaredEntity);
  }
  for (const declaredGroup of groups) {
    const { name, policies, alias } = declaredGroup;
    const props = { ...declaredGroup, policies: policiesOf(policies) };
    const group =
      alias === undefined
        ? new IdentityGroup(scope, `group-${name}`, props)
        : new ExternalGroup(scope, `group-${name}`, props).addAlias(found(known.methods, alias.method), alias.name);
    declared.groups.set(name, group);
    known.grants.give(group, declaredGroup);
  }
  // Once all are there: a group may come before its members.
  for (const { name, entities: members = [], groups: memberGroups = [] } of groups) {
    const group = found(declared.groups, name);
    if (!(group instanceof IdentityGroup)) continue;
    group.addEntities(...members.map((member) => found(declared.entities, member)));
    group.addGroups(...memberGroups.map((member) => found(declared.groups, member)));
  }
}
