/** Attributes that a server changes by itself, as it was told to; nobody has to find out who did it. */
const byType: Readonly<Record<string, readonly string[]>> = {
  vault_transit_secret_backend_key: ["keys", "latest_version"],
};

export function isOfTheServer(type: string, attribute: string): boolean {
  return byType[type]?.includes(attribute) === true;
}
