import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { checksum } from "../../cli/parts/cache";
import { onPath } from "../../cli/parts/executables";
import { run, runOrFail } from "../../cli/processes";
import type { ThrowAway } from "../../cli/servers/throw-away";
import type { HostEnvironment } from "../../environments/load";
import type { TestEngine } from "./docker-engine";
import { type Recipe, recipeOf, type TestImage } from "./docker-recipes";

const dockerfiles = join(__dirname, "docker-images");

/**
 * The name of an image with its tag, built where the engine does not have it. The tag is made of what the image is built from: one
 * that is there is as it would be built again.
 */
export async function testImage(engine: TestEngine, place: ThrowAway, image: TestImage): Promise<string> {
  const recipe = await recipeOf(image, engine.env);
  const name = `leasehold-test/${image}:${await tagOf(recipe)}`;
  if ((await engine.attempt("image", "inspect", name)).code === 0) return name;
  const context = place.folderFor(`image-${image}`);
  cpSync(join(dockerfiles, recipe.folder), context, { recursive: true });
  for (const folder of recipe.folders) mkdirSync(join(context, "own", folder), { recursive: true });
  await fillRoot(join(context, "root"), recipe, engine.env);
  const given = Object.entries(recipe.buildArguments ?? {}).flatMap(([key, value]) => [
    "--build-arg",
    `${key}=${value}`,
  ]);
  const env = { ...engine.env, DOCKER_BUILDKIT: "0" }; // BuildKit is a plug-in that not every machine has
  await runOrFail("docker", ["build", "--quiet", "--force-rm", "--tag", name, ...given, context], { env });
  rmSync(context, { recursive: true });
  return name;
}

async function tagOf(recipe: Recipe): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).update(readFileSync(__filename));
  for (const name of readdirSync(join(dockerfiles, recipe.folder)).sort())
    hash.update(readFileSync(join(dockerfiles, recipe.folder, name)));
  for (const program of Object.values(recipe.programs)) hash.update(await checksum(program));
  return hash.digest("hex").slice(0, 12);
}

/** A shell, the user, the programs and what they load. */
async function fillRoot(root: string, recipe: Recipe, env: HostEnvironment): Promise<void> {
  const { user, programs, trees = {}, links = {} } = recipe;
  for (const folder of ["bin", "etc", "root", "usr/local/bin"]) mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, "tmp"));
  chmodSync(join(root, "tmp"), 0o1777);
  const passwd = `root:x:0:0:root:/root:/bin/sh\n${user.name}:x:${user.uid}:${user.gid}::/:/bin/sh\n`;
  writeFileSync(join(root, "etc", "passwd"), passwd);
  writeFileSync(join(root, "etc", "group"), `root:x:0:\n${user.name}:x:${user.gid}:\n`);
  await addShell(root, env);
  for (const [path, { folder, programs: within }] of Object.entries(trees)) {
    cpSync(folder, join(root, path), { recursive: true, verbatimSymlinks: true });
    for (const each of within) await addLibraries(root, join(folder, each), folder);
  }
  for (const [path, program] of Object.entries(programs)) {
    add(root, path, program);
    await addLibraries(root, program);
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, made(root, path));
}

async function addShell(root: string, env: HostEnvironment): Promise<void> {
  const busybox = onPath(env, "busybox");
  if (busybox === undefined || (await librariesOf(busybox)).length > 0)
    throw new Error("there is no static busybox: install Debian's busybox-static, which .ci/run does as root");
  add(root, "bin/busybox", busybox);
  const applets = (await runOrFail(busybox, ["--list"], { env })).trim().split("\n");
  for (const applet of applets.filter((each) => each !== "busybox")) symlinkSync("busybox", join(root, "bin", applet));
}

/** What a program loads, but for what lies in its own folder. */
async function addLibraries(root: string, program: string, ownFolder = "/proc"): Promise<void> {
  for (const library of await librariesOf(program))
    if (!realpathSync(library).startsWith(realpathSync(ownFolder))) add(root, library, library);
}

/** Absolute paths; none of a static program. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run("ldd", [program]); // it fails where there are none
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map((match) => match[1] ?? "");
}

function add(root: string, path: string, file: string): void {
  copyFileSync(file, made(root, path));
}

/** The path below the root, in a folder that is there. */
function made(root: string, path: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  return join(root, path);
}
