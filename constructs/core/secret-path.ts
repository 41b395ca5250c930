import { requireName } from "./names";

/**
 * Where a secret lies below its mount, by the convention `environment/application/component/secret`. What is left out at the end
 * makes it a folder: whatever is granted on that is granted on all below it.
 */
export interface SecretLocation {
  /** Such as `prod`. First, so that one grant never reaches into two environments. */
  readonly environment: string;
  /** Such as `shop`. */
  readonly application: string;
  /** The part of the application that needs the secret, such as `payments`. @default the folder of the whole application */
  readonly component?: string | undefined;
  /** What the secret is, such as `stripe`. It needs a component. @default the folder of the component */
  readonly secret?: string | undefined;
}

/** The same, where each part is known to the compiler. */
type Joined<T extends SecretLocation> = T extends { component: infer C extends string; secret: infer S extends string }
  ? `${T["environment"]}/${T["application"]}/${C}/${S}`
  : T extends { component: infer C extends string }
    ? `${T["environment"]}/${T["application"]}/${C}`
    : `${T["environment"]}/${T["application"]}`;

/**
 * The path of a secret or a folder by the convention, which grants and declarations of secrets take.
 *
 * @throws LeaseholdError when a part can't be a segment of a path, or there is a secret without a component.
 */
export function secretPath<const T extends SecretLocation>(location: T): Joined<T> {
  const { environment, application, component, secret } = location;
  const parts: Readonly<Record<string, string | undefined>> = {
    environment,
    application,
    ...(component === undefined && secret === undefined ? {} : { component }),
    ...(secret === undefined ? {} : { secret }),
  };
  const segments = Object.entries(parts).map(([part, value]) => requireName("secretPath", part, value as string));
  return segments.join("/") as Joined<T>;
}
