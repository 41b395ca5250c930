import { envCommand } from "../../../cli/commands/env";
import { runInProcess, testCommand } from "../in-process";

const env = testCommand(envCommand);

describe("leasehold env list", () => {
  it("names every environment with its tier and Vault", async () => {
    expect((await env(["list"])).split("\n").map((line) => line.split(/\s+/).slice(0, 3))).toEqual([
      ["ENVIRONMENT", "TIER", "VAULT"],
      ["dev", "dev", "https://vault-dev.company.com"],
      ["staging", "staging", "https://vault-staging.company.com"],
      ["prod", "prod", "https://vault.company.com"],
      ["lab", "lab", "http://127.0.0.1:8200"],
    ]);
  });

  it("prints JSON too", async () => {
    expect(JSON.parse(await env(["list", "--json"]))).toContainEqual({
      name: "prod",
      tier: "prod",
      address: "https://vault.company.com",
      server: { product: "vault", edition: "community", version: "1.21" },
      databases: 3,
    });
  });
});

describe("leasehold env diff", () => {
  it("says in words how two environments differ", async () => {
    const lines = (await env(["diff", "staging", "prod"])).split("\n");
    expect(lines).toContain("policies.developers.credentials.database/app-writer: only staging has it");
    expect(lines).toContain('tier: "staging" in staging, "prod" in prod');
    expect(lines.filter((line) => /roles\.app-readonly|ttl/i.test(line))).toEqual([]);
  });

  it("prints JSON too", async () => {
    expect(JSON.parse(await env(["diff", "staging", "prod", "--json"]))).toContainEqual({
      path: "state.key",
      before: "leasehold/staging.tfstate",
      after: "leasehold/prod.tfstate",
    });
  });

  it("fails where they differ, if asked to", async () => {
    const { printed, thrown } = await runInProcess(envCommand, ["diff", "staging", "prod", "--exit-code"]);
    expect(printed).toHaveLength(1);
    expect(String(thrown)).toMatch(/\[leasehold env diff\] staging and prod differ in \d+ points/);
    expect(await env(["diff", "prod", "prod", "--exit-code"])).toBe("prod and prod do not differ");
  });

  it("refuses an environment that there is not", async () => {
    await expect(env(["diff", "staging", "qa"])).rejects.toThrow(
      '[environments] there is no environment "qa": use one of dev, staging, prod, lab',
    );
  });
});
