import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "../../cli/context";

/** An example, as if it were a file at the project's root. */
export interface Example {
  /** Says where it is from, as in `README.md:42`. */
  readonly page: string;
  readonly line: number;
  readonly code: string;
}

/** What the compiler has against the examples, each with the page and the line; all of them in one program. */
export function typeCheck(examples: readonly Example[]): string[] {
  const files = new Map(examples.map((example, at) => [join(projectRoot, `example-${at}.ts`), example]));
  const options: ts.CompilerOptions = { ...projectOptions(), noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([...files.keys()], options, {
    ...host,
    fileExists: (path) => files.has(path) || host.fileExists(path),
    readFile: (path) => files.get(path)?.code ?? host.readFile(path),
    getSourceFile: (path, languageVersion, onError) => {
      const example = files.get(path);
      if (example === undefined) return host.getSourceFile(path, languageVersion, onError);
      return ts.createSourceFile(path, example.code, languageVersion);
    },
  });
  return [...files].flatMap(([path, { page, line }]) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
      const within = file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      return `${page}:${line + within} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`;
    });
  });
}

function projectOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(projectRoot, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly compilerOptions: unknown };
  };
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, projectRoot).options;
}
