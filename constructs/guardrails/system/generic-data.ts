import { resourcesOf, textOf } from "../declaration";
import type { Declaration, DeclaredResource } from "../guardrail";

/** What a generic endpoint writes to a path, by its names; nothing where that is not known. */
export interface WrittenData {
  readonly resource: DeclaredResource;
  readonly path: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What generic endpoints write to a path, or below it. */
export function writtenTo(declaration: Declaration, root: string): WrittenData[] {
  return resourcesOf(declaration, "vault_generic_endpoint").flatMap((resource) => {
    const path = textOf(resource.arguments, "path")?.replace(/^\/+|\/+$/g, "") ?? "";
    if (path !== root && !path.startsWith(`${root}/`)) return [];
    return [{ resource, path, data: parsed(textOf(resource.arguments, "data_json")) }];
  });
}

/** An argument of it that is text or a list of text, which Vault also takes as text with commas. */
export function textsOf(value: unknown): string[] {
  const values = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  return values.filter((each): each is string => typeof each === "string").map((each) => each.trim());
}

function parsed(text: string | undefined): WrittenData["data"] {
  try {
    const data: unknown = JSON.parse(text ?? "");
    return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as WrittenData["data"]) : {};
  } catch {
    return {}; // what only Terraform knows is not judged
  }
}
