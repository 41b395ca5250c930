import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { types } from "node:util";

/** A folder of one's own for each test of the file, gone afterwards. */
export function scratchFolder(): () => string {
  let folder = "";
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "leasehold-unit-")));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Writes a file, and the folders around it. */
export function write(path: string, content = ""): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Writes a command that runs a few lines of shell. */
export function fakeCommand(folder: string, name: string, ...lines: readonly string[]): string {
  const path = write(join(folder, name), ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(path, 0o755);
  return path;
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  // Errors of Node's own are of another realm than the tests'.
  if (types.isNativeError(outcome)) return outcome;
  throw new Error("nothing was refused");
}

/** Has the test run as if on another processor, until it is told to go back. */
export function onProcessor(arch: string): () => void {
  const real = process.arch;
  const pretend = (value: string) => void Object.defineProperty(process, "arch", { value, configurable: true });
  pretend(arch);
  return () => pretend(real);
}
