import { LeaseholdError } from "../constructs/core/errors";
import { overriddenContainers } from "./containers";
import { inNamespace as named } from "./namespaces/contents";
import type { EnvironmentDefinition, Overrides } from "./schema";
import { deployerLogin } from "./standard";

/** The variable that carries deploy-time overrides: JSON, by environment. */
export const overridesVariable = "LEASEHOLD_OVERRIDES";

const logins = { token: { method: "token" }, approle: deployerLogin } as const;

/**
 * A definition brought to other servers.
 *
 * @throws LeaseholdError when an override names what the definition does not have.
 */
export function overridden(
  definition: EnvironmentDefinition,
  overrides: Overrides[string] | undefined,
): EnvironmentDefinition {
  if (overrides === undefined) return definition;
  const contents = definedContents(definition);
  requireKnown(
    definition,
    "database",
    Object.keys(overrides.databases ?? {}),
    contents.flatMap(({ namespace, databases = [] }) => databases.map(({ name }) => named(namespace, name))),
  );
  requireMethods(definition, contents, overrides.auth ?? {});
  const login = overrides.login === undefined ? {} : { login: logins[overrides.login] };
  return {
    ...definition,
    tier: overrides.tier ?? definition.tier,
    vault: inNamespace({ ...definition.vault, ...given(overrides.vault), ...login }),
    state: overrides.state ?? definition.state,
    audit: overrides.audit ?? definition.audit,
    auditedHeaders: overrides.auditedHeaders ?? definition.auditedHeaders,
    ...containersOf(definition, overrides.containers),
    ...overriddenContents(definition, overrides, undefined),
  };
}

/** Its containers, if it has some, with what is overridden of them. */
function containersOf(
  definition: EnvironmentDefinition,
  overrides: Overrides[string]["containers"],
): Pick<EnvironmentDefinition, "containers"> {
  if (overrides === undefined) return {};
  const { name, containers } = definition;
  if (containers === undefined) {
    throw new LeaseholdError(overridesVariable, `${name} has no containers`, "leave containers out");
  }
  const engines = (containers.databases ?? []).map(({ engine }) => engine);
  requireKnown(definition, "container of the database", Object.keys(overrides.databasePorts ?? {}), engines);
  return { containers: overriddenContainers(containers, overrides) };
}

/** What a definition has at its top, or a namespace of it. */
type DefinedContents = Partial<Pick<EnvironmentDefinition, "auth" | "databases" | "namespaces">>;

/** The same with the path of the namespace. */
type PlacedContents = DefinedContents & { readonly namespace: string | undefined };

/** What each namespace of a definition has; first what lies in none. */
function definedContents(definition: DefinedContents, namespace?: string): PlacedContents[] {
  const below = (definition.namespaces ?? []).flatMap((each) => definedContents(each, named(namespace, each.path)));
  return [{ ...definition, namespace }, ...below];
}

/** Whatever it has not is left out, so that the schema gives it its default. */
function overriddenContents(
  { auth, databases, namespaces }: DefinedContents,
  overrides: Overrides[string],
  namespace: string | undefined,
): DefinedContents {
  return given({
    auth: auth?.map((method) =>
      method.method === "token" ? method : { ...method, ...given(overrides.auth?.[named(namespace, method.path)]) },
    ), // requireMethods has seen to it that an override fits its method
    databases: databases?.map((database) => ({
      ...database,
      ...given(overrides.databases?.[named(namespace, database.name)]),
    })) as EnvironmentDefinition["databases"] | undefined, // the schema sees to it that an override fits its engine
    namespaces: namespaces?.map((each) => ({
      ...each,
      ...overriddenContents(each, overrides, named(namespace, each.path)),
    })),
  });
}

/** What can be overridden of a method: the servers that it asks, never who may log in. */
const serversOf: Readonly<Partial<Record<EnvironmentDefinition["auth"][number]["method"], readonly string[]>>> = {
  jwt: ["keys"],
  kubernetes: ["host", "certificateAuthority"],
  ldap: ["url", "certificate"],
};

function requireMethods(
  definition: EnvironmentDefinition,
  contents: readonly PlacedContents[],
  overrides: NonNullable<Overrides[string]["auth"]>,
): void {
  const methods = new Map(
    contents.flatMap(({ namespace, auth = [] }) =>
      auth.flatMap((declared) => {
        const fields = serversOf[declared.method];
        if (fields === undefined || declared.method === "token") return [];
        return [[named(namespace, declared.path), { method: declared.method, fields }] as const];
      }),
    ),
  );
  requireKnown(definition, "method that asks a server at", Object.keys(overrides), [...methods.keys()]);
  for (const [path, change] of Object.entries(overrides)) {
    const { method, fields = [] } = methods.get(path) ?? {};
    requireKnown(definition, `address of ${method} at ${path} by the name`, Object.keys(given(change)), fields);
  }
}

function requireKnown(
  { name }: EnvironmentDefinition,
  kind: string,
  given: readonly string[],
  known: readonly string[],
): void {
  const unknown = given.find((each) => !known.includes(each));
  if (unknown === undefined) return;
  throw new LeaseholdError(
    overridesVariable,
    `${name} has no ${kind} ${JSON.stringify(unknown)}`,
    known.length === 0 ? "leave it out" : `use one of ${known.join(", ")}`,
  );
}

/** An override to the empty namespace is one to the root namespace. */
function inNamespace({ namespace, ...vault }: EnvironmentDefinition["vault"]): EnvironmentDefinition["vault"] {
  return namespace === undefined || namespace === "" ? vault : { ...vault, namespace };
}

/** The properties that have a value, so that spreading them never takes one away. */
function given<T extends object>(values: T | undefined): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never;
}
