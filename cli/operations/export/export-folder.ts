import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LeaseholdError } from "../../../constructs/core/errors";
import { writeFileAtomically } from "../../files";
import { parseJson } from "../../json";
import type { ServerExport } from "./export-server";

/** Names what is of the export, so that the next one takes away what is gone from the server, and nothing else. */
const indexName = "export.json";

const index = z.strictObject({ format: z.literal(1), files: z.array(z.string()), unseen: z.array(z.string()) });

export interface ExportChanges {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
}

/**
 * Writes an export into a folder: a new or empty one, or one that holds an earlier export. A file that says the same stays untouched,
 * and so does one that the token may not see any more: it is not known to be gone.
 *
 * @throws LeaseholdError when the folder holds something else.
 */
export function writeExport(command: string, folder: string, { files, unseen, hidden }: ServerExport): ExportChanges {
  const missing = earlierFiles(command, folder).filter((file) => !files.has(file) && existsSync(join(folder, file)));
  const isHidden = (file: string) =>
    hidden.some((each) => file === each || (each.endsWith("/") && file.startsWith(each)));
  const changed = [...files].filter(([file, text]) => textOf(join(folder, file)) !== text);
  for (const [file, text] of changed) writeFileAtomically(join(folder, file), text);
  const removed = missing.filter((file) => !isHidden(file));
  for (const file of removed) rmSync(join(folder, file));
  const text = `${JSON.stringify({ format: 1, files: [...files.keys(), ...missing.filter(isHidden)].sort(), unseen }, undefined, 2)}\n`;
  if (textOf(join(folder, indexName)) !== text) writeFileAtomically(join(folder, indexName), text);
  return { written: changed.map(([file]) => file), removed, unchanged: files.size - changed.length };
}

function earlierFiles(command: string, folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const path = join(folder, indexName);
  if (!existsSync(path)) {
    if (readdirSync(folder).every((name) => name === ".git")) return [];
    throw new LeaseholdError(
      command,
      `${folder} holds something else than an export`,
      "name a new folder, or an empty one",
    );
  }
  const parsed = index.safeParse(parseJson(readFileSync(path, "utf8")));
  // A path that leads out of the folder is not of an export.
  if (parsed.success && parsed.data.files.every((file) => !file.split("/").includes("..") && !file.startsWith("/"))) {
    return parsed.data.files;
  }
  throw new LeaseholdError(command, `${path} is not what an export writes`, "name a new folder");
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
