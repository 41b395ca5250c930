import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { LeaseholdError } from "../../constructs/core/errors";
import { nearest } from "../../constructs/core/nearest";
import { parsePolicy } from "../../policies/parser/parse-policy";
import type { PolicyGrant } from "../../policies/evaluator/path-access";
import type { LocatedRule } from "../../policies/parser/rule-reader";
import type { CliContext } from "../context";

/** A policy with the text that it was read from. */
export interface PolicySource {
  readonly name: string;
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  readonly rules: readonly LocatedRule[];
}

type Root = Pick<CliContext, "root">;

const extensions = /\.(hcl|json)$/;

/** The folder of the policies that come with the project. */
export function libraryFolder({ root }: Root): string {
  return join(root, "policies", "library");
}

/**
 * A policy by its name in the library, or by its file. This is the one place that knows what a policy can be named by.
 *
 * @param folder Where a relative path begins. @default the current folder
 * @throws LeaseholdError when there is none, or it can't be read.
 */
export async function readPolicy(nameOrFile: string, context: Root, folder = "."): Promise<PolicySource> {
  const file = extensions.test(nameOrFile)
    ? resolve(folder, nameOrFile)
    : [".hcl", ".json"]
        .map((extension) => join(libraryFolder(context), `${nameOrFile}${extension}`))
        .find((each) => existsSync(each));
  if (file === undefined || !existsSync(file)) throw unknownPolicy(nameOrFile, context);
  return policyFrom(basename(file).replace(extensions, ""), shownFile(file), readFileSync(file, "utf8"));
}

/**
 * A policy from its text.
 *
 * @throws LeaseholdError when it can't be read.
 */
export async function policyFrom(name: string, file: string, text: string): Promise<PolicySource> {
  const { rules } = await parsePolicy(text, { file });
  return { name, file, text, rules };
}

/**
 * The policies of a list: names and files between commas, and folders of them.
 *
 * @throws LeaseholdError when one is not there, or can't be read.
 */
export async function readPolicies(list: string, context: Root): Promise<PolicySource[]> {
  const named = list.split(",").map((each) => each.trim());
  return Promise.all(
    named
      .filter((each) => each !== "")
      .flatMap((each) => (isFolder(each) ? filesIn(each, extensions) : [each]))
      .map((each) => readPolicy(each, context)),
  );
}

/** The files of a folder, or of folders among files. */
export function filesOf(paths: readonly string[], form: RegExp = extensions): string[] {
  return paths.flatMap((path) => (isFolder(path) ? filesIn(path, form) : [path]));
}

/** Where a rule stands, as messages name it. */
export function placeOf({ policy, rule }: PolicyGrant, sources: readonly PolicySource[]): string {
  const file = sources.find(({ name }) => name === policy)?.file ?? policy;
  return "line" in rule && typeof rule.line === "number" ? `${file}:${rule.line}` : file;
}

/** A file as a person in the current folder names it. */
export function shownFile(file: string): string {
  const short = relative(".", file);
  return short.startsWith("..") || isAbsolute(short) ? file : short;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function filesIn(folder: string, form: RegExp): string[] {
  return readdirSync(folder)
    .filter((each) => form.test(each))
    .sort()
    .map((each) => join(folder, each));
}

function unknownPolicy(given: string, context: Root): LeaseholdError {
  if (extensions.test(given)) {
    return new LeaseholdError(given, "there is no such file", "give its path from the current folder");
  }
  const known = filesIn(libraryFolder(context), extensions).map((each) => basename(each).replace(extensions, ""));
  const meant = nearest(given, known);
  return new LeaseholdError(
    "policies",
    `there is no policy ${JSON.stringify(given)} in the library`,
    meant === undefined
      ? `use one of ${known.join(", ")}, or a file that ends in .hcl or .json`
      : `did you mean ${meant}?`,
  );
}
