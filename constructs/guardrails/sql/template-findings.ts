import {
  longestUsername,
  type TemplateFinding,
  usernameTemplateFinding,
} from "../../database/statements/username-template";
import { connectionsOf, type DeclaredConnection, type Engine } from "../database/connection";
import { textOf } from "../declaration";
import type { Declaration, GuardrailFinding } from "../guardrail";

/** What is wrong with the username templates of connections, of one kind. */
export function templateFindings(declaration: Declaration, kind: TemplateFinding["kind"]): GuardrailFinding[] {
  return connectionsOf(declaration).flatMap((connection) => {
    const finding = findingOf(connection);
    if (finding?.kind !== kind) return [];
    const { problem, remedy } = finding;
    return [{ resource: connection.resource, problem: `username_template ${problem}`, remedy }];
  });
}

/** Engines whose statements have the name inside them, so that the plug-in's own template will not do. */
const inStatements: readonly Engine[] = ["postgresql", "mysql"];

function findingOf({ engine, settings }: DeclaredConnection): TemplateFinding | undefined {
  const template = textOf(settings, "username_template");
  if (template !== undefined) return usernameTemplateFinding(template, longestOf(engine));
  if (!inStatements.includes(engine)) return undefined;
  return {
    kind: "unsafe",
    problem:
      "is not given, and the plug-in's own holds .DisplayName: whoever chooses a login's name could write SQL with it",
    remedy: "give one with (.DisplayName | sha256 | truncate 8), or without the display name",
  };
}

function longestOf(engine: Engine): number {
  if (engine.startsWith("mysql")) return longestUsername.mysql;
  return engine === "postgresql" || engine === "mongodb" ? longestUsername[engine] : longestUsername.other;
}
