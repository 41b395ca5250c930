import { App, Testing } from "cdktf";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "libpg-query";
import { projectRoot } from "../cli/context";
import { loadDeclared } from "../cli/declared";
import { loadPostgresGrammar } from "../constructs/database/statements/postgres-grammar";
import { bootstrapOf } from "../environments/databases/bootstrap";
import { loadPolicyLibrary } from "../environments/subjects/policy-library";
import { VaultStack } from "../stacks/vault-stack";

const files = readdirSync(join(projectRoot, "examples"));
const context = { root: projectRoot, env: {}, print: () => undefined };
const load = (file: string) => loadDeclared(join(projectRoot, "examples", file), context);

/** End-to-end tests prove their roles on real servers; this holds them to the schema and to the constructs. */
describe.each(files)("examples/%s", (file) => {
  beforeAll(loadPostgresGrammar);

  it("is a declaration that synthesises", async () => {
    const environment = load(file);
    const stack = new VaultStack(new App({ outdir: Testing.app().outdir }), environment.name, {
      environment,
      library: await loadPolicyLibrary([environment]),
      today: "2026-01-31",
    });
    const { resource } = JSON.parse(Testing.synth(stack, true)) as { resource: Record<string, object> };
    const count = (type: string) => Object.keys(resource[type] ?? {}).length;
    expect(count("vault_database_secret_backend_connection")).toBe(environment.databases.length);
    expect(count("vault_database_secret_backend_role")).toBe(
      environment.databases.map(({ roles }) => roles.length).reduce((a, b) => a + b, 0),
    );
  });

  it("has bootstraps that PostgreSQL's parser accepts", () => {
    for (const database of load(file).databases) {
      const script = bootstrapOf(database);
      if (database.engine === "postgres") expect(() => parseSync(script ?? "")).not.toThrow();
    }
  });
});
