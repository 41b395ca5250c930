import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deploy, deploymentEnvironment, type DeploymentTarget, deploymentVariables, destroy } from "../../cli/cdktf";
import { rejection, scratchFolder, write } from "./scratch";

const scratch = scratchFolder();

function target(change: Partial<DeploymentTarget> = {}): DeploymentTarget {
  return {
    terraform: { command: "tofu", path: "/usr/bin/tofu", version: "1.11.0" },
    provider: { mirror: undefined },
    overrides: { lab: { vault: { address: "http://127.0.0.1:8300" } } },
    secrets: { orders_admin_password: "first", other: "second" },
    folder: join(scratch(), "lab"),
    ...change,
  };
}

describe("deploymentVariables", () => {
  it("bring a deployment to the target", () => {
    expect(deploymentVariables(target({ vaultToken: "hvs.token" }))).toEqual({
      LEASEHOLD_OVERRIDES: '{"lab":{"vault":{"address":"http://127.0.0.1:8300"}}}',
      TERRAFORM_BINARY_NAME: "tofu",
      CHECKPOINT_DISABLE: "1",
      VAULT_TOKEN: "hvs.token",
      TF_VAR_orders_admin_password: "first",
      TF_VAR_other: "second",
    });
  });

  it("name no token and no mirror where there is none", () => {
    const variables = deploymentVariables(target());
    expect(variables).not.toHaveProperty("VAULT_TOKEN");
    expect(variables).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  });

  it("name a CLI configuration that has hashicorp/vault come from the mirror, and the rest from its registry", () => {
    const { TF_CLI_CONFIG_FILE: file = "" } = deploymentVariables(target({ provider: { mirror: "/opt/the mirror" } }));
    expect(file).toBe(join(scratch(), "lab", "mirror.tfrc"));
    expect(readFileSync(file, "utf8")).toBe(`provider_installation {
  filesystem_mirror {
    path    = "/opt/the mirror"
    include = ["hashicorp/vault"]
  }
  direct {
    exclude = ["hashicorp/vault"]
  }
}
`);
  });
});

describe("deploymentVariables of another provider", () => {
  it("has that one come from the mirror, and are what it reads besides", () => {
    const { TF_CLI_CONFIG_FILE: file = "", DOCKER_HOST: host } = deploymentVariables(
      target({
        provider: { source: "kreuzwerker/docker", mirror: "/opt/mirror" },
        variables: { DOCKER_HOST: "unix:///run/docker.sock" },
      }),
    );
    expect(host).toBe("unix:///run/docker.sock");
    expect(readFileSync(file, "utf8")).toContain('include = ["kreuzwerker/docker"]');
    expect(readFileSync(file, "utf8")).not.toContain("hashicorp/vault");
  });

  it("have every provider of ours come from a mirror that has it, for a shell that runs all plans", () => {
    const mirror = join(scratch(), "mirror");
    write(join(mirror, "registry.terraform.io", "hashicorp", "vault", "index.json"));
    const { TF_CLI_CONFIG_FILE: file = "" } = deploymentVariables(
      target({ provider: { source: "kreuzwerker/docker", mirror } }),
    );
    const both = '["kreuzwerker/docker", "hashicorp/vault"]';
    expect(readFileSync(file, "utf8")).toContain(`include = ${both}`);
    expect(readFileSync(file, "utf8")).toContain(`exclude = ${both}`);
  });
});

describe("deploymentEnvironment", () => {
  it("is the host's with the target's variables", () => {
    const host = { PATH: "/usr/bin", HOME: "/home/me", TF_CLI_CONFIG_FILE: "/home/me/my.tfrc" };
    expect(deploymentEnvironment(host, target())).toEqual({ ...host, ...deploymentVariables(target()) });
  });

  it("drops the host's own Vault, its secrets and its overrides", () => {
    const host = {
      VAULT_TOKEN: "mine",
      VAULT_ADDR: "https://vault.company.com",
      VAULT_NAMESPACE: "team-a",
      BAO_TOKEN: "mine",
      TF_VAR_orders_admin_password: "mine",
      TF_VAR_unknown: "mine",
      LEASEHOLD_OVERRIDES: "mine",
      TERRAFORM_BINARY_NAME: "mine",
    };
    const environment = deploymentEnvironment(host, target({ vaultToken: "hvs.token" }));
    expect(Object.values(environment)).not.toContain("mine");
    expect(environment).toMatchObject({ VAULT_TOKEN: "hvs.token", TF_VAR_orders_admin_password: "first" });
    expect(environment).not.toHaveProperty("VAULT_ADDR");
    expect(environment).not.toHaveProperty("VAULT_NAMESPACE");
  });

  it("has the mirror's configuration win over the host's", () => {
    const environment = deploymentEnvironment(
      { TF_CLI_CONFIG_FILE: "/home/me/my.tfrc" },
      target({ provider: { mirror: "/opt/mirror" } }),
    );
    expect(environment["TF_CLI_CONFIG_FILE"]).toBe(join(scratch(), "lab", "mirror.tfrc"));
  });
});

describe.each([
  ["deploy", deploy],
  ["destroy", destroy],
])("%s", (verb, act) => {
  function project(script: string) {
    write(join(scratch(), "node_modules", "cdktf-cli", "bundle", "bin", "cdktf"), script);
    return { root: scratch(), output: join(scratch(), "out"), env: { GIVEN: "value" } };
  }

  it("runs the project's cdktf in the project, without questions and without asking a registry", async () => {
    const options = project(
      "console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), given: process.env.GIVEN }))",
    );
    const lines: string[] = [];
    const output = await act("lab", { ...options, onLine: (line) => void lines.push(line) });
    expect(JSON.parse(output)).toEqual({
      args: [verb, "lab", "--auto-approve", "--skip-provider-lock", "--output", options.output],
      cwd: scratch(),
      given: "value",
    });
    expect(lines).toEqual([output.trimEnd()]);
  });

  it("keeps Terraform's debug log off, to which the provider would write passwords, and cdktf from drawing", async () => {
    const options = project("console.log(JSON.stringify(process.env))");
    const env = { GIVEN: "value", TF_LOG: "trace", TF_LOG_PROVIDER: "debug", TF_LOG_CORE: "trace", TF_LOG_PATH: "log" };
    const given = JSON.parse(await act("lab", { ...options, env })) as Record<string, string>;
    expect(given).toMatchObject({ GIVEN: "value", CI: "1", NO_COLOR: "1", CHECKPOINT_DISABLE: "1" });
    expect(Object.keys(given).filter((name) => name.startsWith("TF_LOG"))).toEqual([]);
  });

  it("fails with the end of its output", async () => {
    const options = project("console.error('Error: permission denied'); process.exit(1)");
    expect((await rejection(act("lab", options))).message).toMatch(
      new RegExp(`cdktf ${verb} lab .*\\] exited with 1: its last output:\\nError: permission denied$`),
    );
  });
});
