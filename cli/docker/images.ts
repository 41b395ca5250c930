import { createInterface } from "node:readline";
import { z } from "zod";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import { type DockerEngine, EngineRefusal } from "./engine";
import { type ImageName, parseImageName } from "./image-name";
import { PullProgress, pullLine } from "./pull-progress";

const imageAnswer = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() });

type Image = z.output<typeof imageAnswer>;

/**
 * Sees that the engine has an image, and pulls it where it has not.
 *
 * @param report gets a line of how far the pull is.
 * @throws LeaseholdError when it can't be pulled.
 */
export async function requireImage(engine: DockerEngine, name: string, report: (line: string) => void): Promise<void> {
  if ((await findImage(engine, name)) !== undefined) return;
  try {
    await pull(engine, name, report);
  } catch (thrown) {
    const reason = thrown instanceof EngineRefusal ? thrown.reason : messageOf(thrown);
    throw new LeaseholdError(
      `image ${name}`,
      `is not there, and can't be pulled (${reason})`,
      `have "docker pull" get it, which knows your registries' logins, or name another one with --image`,
    );
  }
}

/**
 * The digest by which a registry knows an image that the engine has.
 *
 * @throws LeaseholdError when the engine has not got it, or it was built here: then no registry knows it.
 * @see https://docs.docker.com/reference/cli/docker/image/pull/#pull-an-image-by-digest-immutable-identifier
 */
export async function digestOf(engine: DockerEngine, name: string): Promise<string> {
  const image = await findImage(engine, name);
  if (image === undefined) {
    throw new LeaseholdError(
      `image ${name}`,
      "is not there, so that its digest is unknown",
      `docker pull ${name} first`,
    );
  }
  const { repository, digest } = parseImageName("image", name);
  if (digest !== undefined) return digest;
  const known = (image.RepoDigests ?? []).map((each) => each.split("@") as [string, string]);
  const found = known.find(([from]) => from === repository) ?? known[0];
  if (found !== undefined) return found[1];
  throw new LeaseholdError(
    `image ${name}`,
    "was built here, and has a digest only where a registry has it",
    "push it to one and pull it from there, or leave out --digests",
  );
}

async function findImage(engine: DockerEngine, name: string): Promise<Image | undefined> {
  try {
    return await engine.ask(`images/${encoded(name)}/json`, imageAnswer);
  } catch (thrown) {
    if (thrown instanceof EngineRefusal && thrown.status === 404) return undefined;
    throw thrown;
  }
}

/** A pull that fails half way says so in its last line, its status being 200 by then. */
async function pull(engine: DockerEngine, name: string, report: (line: string) => void): Promise<void> {
  const { repository, tag = "latest", digest }: ImageName = parseImageName("image", name);
  const query = new URLSearchParams({ fromImage: repository, tag: digest ?? tag });
  const answer = await engine.stream(`images/create?${query}`, { method: "POST" });
  const progress = new PullProgress(name);
  for await (const text of createInterface({ input: answer })) {
    const line = pullLine(text);
    if (line?.error !== undefined) throw new Error(line.error);
    if (line !== undefined) report(progress.after(line));
  }
}

/** A slash in a name is a slash of the path; everything else that a name may hold needs no encoding. */
function encoded(name: string): string {
  parseImageName("image", name);
  return name;
}
