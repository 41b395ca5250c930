import { requireChoice } from "../../core/choices";
import { LeaseholdError, show } from "../../core/errors";

export const stackServers = ["vault", "openbao"] as const;
export const stackDatabases = ["postgres", "mariadb", "mysql", "mongodb"] as const;
/** What an image can be chosen for. */
export const stackImages = [...stackServers, "consul", ...stackDatabases] as const;

export type StackServer = (typeof stackServers)[number];
export type StackDatabase = (typeof stackDatabases)[number];
export type StackImage = (typeof stackImages)[number];

/** Images in place of the official ones. */
export type ChosenImages = Partial<Readonly<Record<StackImage, string>>>;

/**
 * The official images, each by a tag that is not moved to another version. There are no digests here: the engine says those of the
 * images that it has pulled.
 *
 * @see https://hub.docker.com/_/postgres and the like
 */
export const officialImages: Readonly<Record<StackImage, string>> = {
  vault: "hashicorp/vault:1.21.1",
  openbao: "openbao/openbao:2.7.2",
  consul: "hashicorp/consul:1.22.0",
  postgres: "postgres:18.6",
  mariadb: "mariadb:11.8.8",
  mysql: "mysql:8.4.11",
  mongodb: "mongo:8.0.29",
};

/** `[REGISTRY/]NAME:TAG[@sha256:DIGEST]`, a registry being a host with a dot or a port, or localhost. */
const reference =
  /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*:(?<tag>\w[\w.-]{0,127})(?:@sha256:[0-9a-f]{64})?$/;

/**
 * The image for each of what a stack can run: the official one, unless another is chosen.
 *
 * @throws LeaseholdError that names the image which can't be used: one for nothing in a stack, one without a tag, or with the tag
 * `latest`, which is another image tomorrow.
 */
export function imagesOf(where: string, chosen: ChosenImages = {}): Readonly<Record<StackImage, string>> {
  for (const [kind, image] of Object.entries(chosen)) {
    requireImage(where, requireChoice(where, "images", kind as StackImage, stackImages), image);
  }
  return { ...officialImages, ...chosen };
}

function requireImage(where: string, kind: StackImage, image: unknown): void {
  const tag = typeof image === "string" ? reference.exec(image)?.groups?.tag : undefined;
  if (tag !== undefined && tag !== "latest") return;
  throw new LeaseholdError(
    where,
    `images.${kind} ${show(image)} ${tag === undefined ? "is no name of an image with a tag" : "is another image tomorrow"}`,
    `write it as in ${show(`registry.company.com/${officialImages[kind]}`)}, with @sha256: and the digest behind it to pin it`,
  );
}
