import { LeaseholdError } from "../../constructs/core/errors";
import type { NestingContents } from "../namespaces/contents";

/**
 * The environment, or a namespace of it, with each shared role in each of its databases, as the role `<database>-<name>`: a role of
 * Vault belongs to one connection.
 *
 * @throws LeaseholdError when a shared role names a database that is not declared.
 */
export function withSharedRoles(environment: NestingContents, where: string, place = ""): unknown {
  const declared = environment.databases.map(({ name }) => name);
  environment.sharedRoles.forEach(({ databases }, at) => {
    for (const name of databases) {
      if (declared.includes(name)) continue;
      throw new LeaseholdError(
        where,
        `${place}sharedRoles[${at}].databases names ${JSON.stringify(name)}, which is not declared`,
        `use ${declared.join(", ") || "a database that is"}`,
      );
    }
  });
  return {
    ...environment,
    sharedRoles: [],
    ...(environment.namespaces === undefined
      ? {}
      : {
          namespaces: environment.namespaces.map((namespace, at) =>
            withSharedRoles(namespace, where, `${place}namespaces[${at}].`),
          ),
        }),
    databases: environment.databases.map((database) => ({
      ...database,
      roles: [
        ...database.roles,
        ...environment.sharedRoles
          .filter(({ databases }) => databases.includes(database.name))
          .map(({ name, statements, defaultTtl, maxTtl }) => ({
            name: `${database.name}-${name}`,
            statements,
            defaultTtl,
            maxTtl,
          })),
      ],
    })),
  };
}
