/** Gives the accessor of the auth method at a path below `auth/`. */
export type AccessorOf = (mountPath: string) => string;

const aliasPattern =
  /(\{\{\s*identity\.entity\.aliases\.)@([\w./-]+?)(?=\.(?:id|name|metadata\.|custom_metadata\.)[^{}]*\}\})/g;

/**
 * The text with every auth method that it names by the path of its mount, `{{identity.entity.aliases.@ldap.name}}`, named by the
 * accessor, as Vault wants it.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#templated-policies
 */
export function withAccessors(text: string, accessorOf: AccessorOf): string {
  return text.replace(aliasPattern, (_, before: string, path: string) => `${before}${accessorOf(path)}`);
}
