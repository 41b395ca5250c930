import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReports } from "../../../cli/check/guardrail-reports";
import { runOrFail } from "../../../cli/processes";
import type { GuardrailReport } from "../../../constructs/guardrails/report";
import { hostEnvironment } from "../../../environments/load";
import type { Environment } from "../../../environments/schema";
import { ProjectCopy } from "./project-copy";

// Most tests check whole declarations several times, each in a process of its own.
jest.setTimeout(180_000);

let project: ProjectCopy;
beforeEach(() => {
  project = new ProjectCopy();
});
afterEach(() => project.remove());

const qa = ["environment", "qa-eu", "--address", "https://vault-qa.company.com"];
const orders = ["--engine", "postgres", "--host", "postgres.company.com", "--database", "orders"];
const reports = ["role", "dev", "postgres-dev", "reports", "--group", "app_ro"];

/** An environment as a process of its own loads it from the copy, which has its own classes. */
async function loaded(name: string): Promise<Environment> {
  const script = `console.log(JSON.stringify(require("./environments/load.ts").loadEnvironment(${JSON.stringify(name)}, {})))`;
  const options = { cwd: project.root, env: hostEnvironment() };
  return JSON.parse(await runOrFail(process.execPath, ["--import", "tsx", "-e", script], options)) as Environment;
}

/** Formatting of all that is declared, by the project's own check. */
async function checkFormatting(): Promise<void> {
  const prettier = join(project.root, "node_modules", "prettier", "bin", "prettier.cjs");
  await runOrFail(process.execPath, [prettier, "--check", "environments"], {
    cwd: project.root,
    env: hostEnvironment(),
  });
}

function errorsIn(found: readonly GuardrailReport[]): string[] {
  return found.flatMap(({ findings }) => findings.filter(({ severity }) => severity === "error").map(({ id }) => id));
}

describe("leasehold new, from an environment to its roles", () => {
  it("writes declarations that type check, pass the guardrails and are synthesised", async () => {
    expect(await project.new([...qa, "--tier", "prod"])).toContain("wrote environments/qa-eu.ts");
    await project.new(["database", "qa-eu", "orders", ...orders, "--roles", "readonly,writer,admin"]);
    await project.new(["database", "qa-eu", "sales", "--engine", "mysql", "--host", "my", "--database", "sales"]);
    await project.new(["database", "qa-eu", "shop", "--engine", "mariadb", "--host", "ma", "--database", "shop"]);
    await project.new(["role", "qa-eu", "orders", "reports", "--group", "app_ro", "--max-ttl", "2h"]);
    await project.new(["role", "qa-eu", "shop", "etl", "--access", "read-write", "--on", "shop"]);
    await project.new(reports);

    await checkFormatting();
    const node = { cwd: project.root, env: hostEnvironment() };
    const files = Object.keys(project.files()).map((name) => join("environments", name));
    // The project's own settings, of the declarations and what they import.
    const strict = ["--strict", "--noEmit", "--skipLibCheck", "--noUncheckedIndexedAccess", "--noUnusedLocals"];
    const module = ["--module", "Node16", "--target", "ES2023", "--esModuleInterop", "--types", "node"];
    await runOrFail(process.execPath, ["node_modules/typescript/bin/tsc", ...strict, ...module, ...files], node);

    const { tier, databases } = await loaded("qa-eu");
    expect(tier).toBe("prod");
    expect(databases.map(({ name, rotateRoot, roles }) => [name, rotateRoot, roles.map((each) => each.name)])).toEqual([
      ["orders", true, ["orders-readonly", "orders-writer", "orders-admin", "reports"]],
      ["sales", true, ["sales-readonly", "sales-writer"]],
      ["shop", true, ["shop-readonly", "shop-writer", "etl"]],
    ]);
    expect(errorsIn(await readReports({ root: project.root, env: hostEnvironment() }, ["qa-eu", "dev"]))).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "leasehold-unit-"));
    try {
      const env = { ...hostEnvironment(), CDKTF_OUTDIR: folder };
      await runOrFail(process.execPath, ["--import", "tsx", "main.ts"], { cwd: project.root, env });
      const stack = readFileSync(join(folder, "stacks", "qa-eu", "cdk.tf.json"), "utf8");
      for (const role of ["orders-admin", "reports", "sales-writer", "etl"])
        expect(stack).toContain(`"name": "${role}"`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("leasehold new environment", () => {
  it.each([
    ["lab", []],
    ["staging", []],
    ["prod", ["--server", "openbao", "--audit-document", "infrastructure/openbao.hcl"]],
  ])("declares what guardrails ask of %s with %j, which it is held against", async (tier, more) => {
    await project.new([...qa, "--tier", tier, ...more]);
    await checkFormatting();
    const { audit, vault } = await loaded("qa-eu");
    expect(audit).toHaveLength(tier === "lab" ? 0 : 2);
    expect(vault.server.product).toBe(more[1] ?? "vault");
  });

  it("gives the constant another name where the list has that name already", async () => {
    await project.new(["environment", "overrides-variable", "--address", "http://127.0.0.1:8200"]);
    expect(project.text("overrides-variable.ts")).toContain("export const overridesVariableEnvironment:");
    await project.new(["environment", "delete", "--address", "http://127.0.0.1:8200"]);
    expect((await loaded("delete")).name).toBe("delete");
  });

  it("prints what it would write with --dry-run, and writes nothing", async () => {
    const before = project.files();
    const printed = await project.new([...qa, "--dry-run"]);
    expect(printed).toContain("+++ environments/qa-eu.ts");
    expect(printed).toContain('+  name: "qa-eu",');
    expect(printed).toContain(
      "+const definitions: readonly EnvironmentDefinition[] = [dev, staging, prod, lab, qaEu];",
    );
    expect(project.files()).toEqual(before);
  });

  it("refuses what is there, what is no name and what is missing", async () => {
    expect(await project.refusal(["environment", "dev", "--address", "http://x"])).toContain(
      "environments/dev.ts exists",
    );
    // Files of the same folder that are no environments.
    expect(await project.refusal(["environment", "schema", "--address", "http://x"])).toContain("schema.ts exists");
    expect(await project.refusal(["environment", "QA", "--address", "http://x"])).toContain('<name> "QA" is used as');
    expect(await project.refusal(["environment", "../qa", "--address", "http://x"])).toContain("<name>");
    expect(await project.refusal(["environment"])).toContain("<name> is missing, and there is no terminal");
    expect(await project.refusal(["environment", "qa"])).toContain("--address is missing");
    expect(await project.refusal([...qa.slice(0, 3), "vault:8200"])).toContain(
      '--address "vault:8200" is not an http(s)',
    );
    expect(await project.refusal([...qa, "--tier", "gold"])).toContain("--tier");
    expect(await project.refusal([...qa, "--server", "consul"])).toContain("--server");
    expect(await project.refusal([...qa, "--server-version", "0.9"])).toContain("vault.server.version");
    expect(await project.refusal([...qa, "--tier", "prod", "--server", "openbao"])).toContain(
      "--audit-document is missing",
    );
    project.edit("load.ts", "const definitions", "const environments");
    expect(await project.refusal(qa)).toContain("has no list named definitions");
  });
});

describe("leasehold new database", () => {
  it("keeps what a person wrote around it", async () => {
    project.edit(
      "lab.ts",
      "roles: standardRoles,\n    },",
      "roles: standardRoles,\n    }, // the first one\n    // more to come",
    );
    const before = project.text("lab.ts").split("\n");
    await project.new(["database", "lab", "invoices", ...orders, "--tls", "disable", "--port", "5433"]);
    const after = project.text("lab.ts").split("\n");
    expect(before.filter((line) => !after.includes(line))).toEqual([]);
    expect(project.text("lab.ts")).toContain(`password: SecretInput.variable("invoices_lab_admin_password")`);
    const [, added] = (await loaded("lab")).databases;
    expect(added).toMatchObject({ name: "invoices", port: 5433, tls: "disable", mount: "database" });
    // A lab's password need not be known to Vault alone.
    expect(added?.rotateRoot).toBeUndefined();
    expect(await project.refusal(["database", "lab", "invoices", ...orders])).toContain('has a database "invoices"');
  });

  it("refuses what does not fit, by the flag", async () => {
    const database = (...more: string[]) => project.refusal(["database", "dev", "orders", ...orders, ...more]);
    expect(await project.refusal(["database", "nowhere", "orders", ...orders])).toContain("<environment>");
    expect(await project.refusal(["database", "schema", "orders", ...orders])).toContain(
      "has no object literal with name",
    );
    expect(await project.refusal(["database", "dev", "or ders", ...orders])).toContain('<name> "or ders"');
    for (const at of [0, 2, 4]) {
      expect(await project.refusal(["database", "dev", "x", ...orders.toSpliced(at, 2)])).toContain(
        `${orders[at] ?? ""} is missing`,
      );
    }
    expect(await database("--port", "0")).toContain('--port "0"');
    expect(await database("--engine-version", "new")).toContain('--engine-version "new"');
    expect(await database("--engine-version", "9")).toContain("bootstrap.version");
    expect(await database("--mount", "/database")).toContain('--mount "/database"');
    expect(await database("--mount", "elsewhere")).toContain('"elsewhere"');
    expect(await database("--admin-username", "")).toContain("--admin-username");
    expect(await database("--tls", "maybe")).toContain("databases[3].tls");
    expect(await database("--password-variable", "BAD")).toContain("TF_VAR_");
    expect(await database("--password-variable", "postgres_dev_admin_password")).toContain("--password-variable");
    expect(await database("--roles", "readonly,god")).toContain("--roles");
  });

  it("gives the text to paste where the list is made by a call", async () => {
    project.edit("lab.ts", "\n  databases: [", "\n  databases: ([] as EnvironmentDefinition['databases']).concat([");
    project.edit("lab.ts", "    },\n  ],\n  engines", "    },\n  ]),\n  engines");
    const message = await project.refusal(["database", "lab", "invoices", ...orders]);
    expect(message).toContain("databases is neither an array literal nor a name");
    expect(message).toContain('name: "invoices",');
  });
});

describe("leasehold new role", () => {
  it("adds to roles that have a name, once", async () => {
    expect(await project.new(reports)).toBe("changed environments/dev.ts");
    expect(project.text("dev.ts")).toContain(
      `...standardRoles,\n        { name: "reports", statements: PostgresStatements.memberOf("app_ro"), defaultTtl: "1h", maxTtl: "24h" },`,
    );
    expect(await project.refusal(reports)).toContain('postgres-dev has a role "reports"');
    // Of standardRoles, which the file itself does not show.
    expect(await project.refusal(reports.with(3, "app-readonly"))).toContain(
      '"database/app-readonly" is declared twice',
    );
    const owned = ["--group", "warehouse_ro", "--owner-role", "warehouse_owner"];
    await project.new(["role", "dev", "data-warehouse", "board", ...owned, "--default-ttl", "5m", "--max-ttl", "10m"]);
    await checkFormatting();
    const [, , warehouse] = (await loaded("dev")).databases;
    expect(warehouse?.roles.at(-1)).toMatchObject({ name: "board", defaultTtl: "5m", maxTtl: "10m" });
  });

  it("refuses what does not fit, by the flag", async () => {
    const role = (...more: string[]) => project.refusal(["role", "dev", ...more]);
    expect(await role("nothing", "r", "--group", "app_ro")).toContain("use one of postgres-dev, mysql-analytics, data");
    expect(await role("postgres-dev", "r")).toContain("--group (or --access) is missing");
    expect(await role("postgres-dev", "r", "--group", "nobody")).toContain('group role "nobody" is not declared');
    expect(await role("postgres-dev", "r", "--group", "app_ro", "--access", "migrator")).toContain(
      "either --group or --access",
    );
    expect(await role("postgres-dev", "r", "--access", "read-only")).toContain("--group");
    expect(await role("postgres-dev", "r", "--group", "app_ro", "--on", "app")).toContain("--on is for MySQL");
    expect(await role("mysql-analytics", "r", "--access", "read-only")).toContain("--on");
    expect(await role("mysql-analytics", "r", "--group", "g", "--on", "analytics")).toContain(
      "--on goes with --access",
    );
    expect(await role("mysql-analytics", "r", "--group", "g", "--owner-role", "o")).toContain("--owner-role");
    expect(await role("postgres-dev", "r", "--group", "app_ro", "--default-ttl", "soon")).toContain("--default-ttl");
    expect(await role("postgres-dev", "r", "--group", "app_ro", "--max-ttl", "1y")).toContain("--max-ttl");
    const long = await role("postgres-dev", "r", "--group", "app_ro", "--max-ttl", "48h");
    expect(long).toContain("maxTtl 48h exceeds maxLeaseTtl 24h of mount database");
    expect(long.split("\n")).toHaveLength(1);
  });
});
