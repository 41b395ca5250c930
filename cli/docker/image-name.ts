import { LeaseholdError } from "../../constructs/core/errors";

/** `[REGISTRY/]NAME[:TAG][@sha256:DIGEST]`, taken apart. */
export interface ImageName {
  /** With its registry, where it has one. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` and 64 digits in hex. */
  readonly digest?: string;
}

const part = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
const registry = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?";
const form = new RegExp(`^(${registry}${part}(?:/${part})*)(?::(\\w[\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`);

/**
 * @see https://pkg.go.dev/github.com/distribution/reference
 * @throws LeaseholdError when it is no image's name.
 */
export function parseImageName(where: string, name: string): ImageName {
  const [, repository, tag, digest] = form.exec(name) ?? [];
  if (repository !== undefined) return { repository, ...(tag && { tag }), ...(digest && { digest }) };
  throw new LeaseholdError(
    where,
    `${JSON.stringify(name)} is no name of an image`,
    "give it as in registry.company.com/vault:1.21.1",
  );
}

/** The name with the digest that pins it. */
export function pinned(name: string, digest: string): string {
  return `${name.replace(/@.*$/, "")}@${digest}`;
}
