import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { projectRoot } from "../../cli/context";
import { runOrFail } from "../../cli/processes";
import { declaredStack, infraStackName } from "../../environments/containers";
import { lab } from "../../environments/lab";
import { hostEnvironment, loadEnvironment, overridesVariable, parseEnvironment } from "../../environments/load";
import { InfraStack } from "../../stacks/infra-stack";
import { onlyResource, resources, synth, testApp } from "../helpers/synth";

function stackOf(overrides: object = {}): InfraStack {
  const host = { [overridesVariable]: JSON.stringify({ lab: { containers: overrides } }) };
  const declared = declaredStack(loadEnvironment("lab", host));
  if (declared === undefined) throw new Error("the lab declares no containers");
  return new InfraStack(testApp(), infraStackName("lab"), declared);
}

describe("InfraStack", () => {
  it("has the lab's containers, under its name and with its files in the lab's folder", () => {
    const stack = stackOf();
    const result = synth(stack);
    expect(stack.node.id).toBe("lab-infra");
    expect(resources(result, "docker_container").map(({ name }) => name)).toEqual([
      "leasehold-lab-postgres",
      "leasehold-lab-vault",
    ]);
    expect(onlyResource(result, "docker_network")).toMatchObject({ name: "leasehold-lab" });
    expect(JSON.stringify(result)).toContain(`"${resolve(".lab/leasehold-lab/secrets/postgres-password")}"`);
  });

  it("keeps its state on the machine that the containers run on, apart from Vault's configuration", () => {
    expect(synth(stackOf()).terraform.backend).toEqual({ local: { path: resolve("terraform.lab-infra.tfstate") } });
    expect(synth(stackOf({ statePath: "/tmp/infra.tfstate" })).terraform.backend).toEqual({
      local: { path: "/tmp/infra.tfstate" },
    });
  });

  it("takes the provider that is asked for", () => {
    expect(synth(stackOf({ provider: "4.6.0" })).terraform.required_providers).toEqual({
      docker: { source: "kreuzwerker/docker", version: "4.6.0" },
    });
  });

  it("holds no secret, only where secrets lie", () => {
    const all = {
      ...lab.containers,
      storage: { type: "postgresql" },
      agent: { role: "orders-app", database: "database/app-readonly" },
    };
    const declared = declaredStack(parseEnvironment({ ...lab, containers: all }));
    if (declared === undefined) throw new Error("the lab declares no containers");
    const text = JSON.stringify(synth(new InfraStack(testApp(), "lab-infra", declared)));
    const carriers = [...text.matchAll(/"([A-Z_]*(?:PASSWORD|PGPASS|SECRET|TOKEN)[A-Z_]*)=([^"]*)"/g)];
    expect(carriers.map(([, name, value]) => `${name} ${value}`).sort()).toEqual([
      "PGPASSFILE /run/secrets/storage-pgpass",
      "POSTGRES_PASSWORD_FILE /run/secrets/postgres-password",
      "POSTGRES_PASSWORD_FILE /run/secrets/storage-password",
    ]);
    expect(text).not.toMatch(/:\/\/[^/@"\s]*:[^/@"\s]*@/);
  });

  it("is made by main.ts for each environment that declares containers, and for no other", async () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-infra-"));
    try {
      const env = { ...hostEnvironment(), CDKTF_OUTDIR: folder, [overridesVariable]: undefined };
      await runOrFail(process.execPath, ["--import", "tsx", "main.ts"], { cwd: projectRoot, env });
      expect(readdirSync(join(folder, "stacks")).sort()).toEqual(["dev", "lab", "lab-infra", "prod", "staging"]);
      const text = readFileSync(join(folder, "stacks", "lab-infra", "cdk.tf.json"), "utf8");
      expect(Object.keys((JSON.parse(text) as { resource: object }).resource)).toContain("docker_container");
      // Guardrails judge Vault's configuration, of which there is none.
      expect(readdirSync(join(folder, "stacks", "lab-infra"))).not.toContain("guardrails.json");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
