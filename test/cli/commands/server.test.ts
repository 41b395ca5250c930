import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentCommand } from "../../../cli/commands/agent";
import { serverCommand } from "../../../cli/commands/server";
import { projectRoot } from "../../../cli/context";
import { testCommand } from "../in-process";
import { scratchFolder } from "../scratch";

const server = testCommand(serverCommand);
const agent = testCommand(agentCommand);
const scratch = scratchFolder();

/** A file of declarations, as somebody's project has it. */
function declared(...lines: readonly string[]): string {
  mkdirSync(scratch(), { recursive: true });
  const file = join(scratch(), `declared-${lines.join("").length}.ts`);
  const room = `${projectRoot}/constructs/server`;
  const imports = [
    `import { raftCluster } from "${room}/raft-cluster";`,
    `import { ServerConfiguration } from "${room}/server-configuration";`,
    `import { AgentConfiguration } from "${room}/agent/agent-configuration";`,
    `import { ProxyConfiguration } from "${room}/agent/proxy-configuration";`,
  ];
  writeFileSync(file, [...imports, ...lines].join("\n"));
  return file;
}

const listeners = `listeners: [{ type: "tcp", address: "127.0.0.1:8200", tlsDisable: true }]`;
const one = `export const vault = new ServerConfiguration({ apiAddress: "http://127.0.0.1:8200", ${listeners}, storage: { type: "postgresql" } });`;
const nodes = ["a", "b", "c"].map(
  (name) => `"vault-${name}": { apiAddress: "http://${name}:8200", clusterAddress: "https://${name}:8201" }`,
);
const cluster = `export const cluster = raftCluster({ nodes: { ${nodes.join(", ")} }, ${listeners}, storage: { path: "/opt/vault" } });`;
const proxy = `export const proxy = new ProxyConfiguration({ vault: { address: "https://vault:8200" }, ${listeners} });`;

describe("leasehold server config", () => {
  it("prints the one configuration of a file in HCL, with what the server reads from its environment", async () => {
    const printed = await server(["config", declared(one)]);
    expect(printed.split("\n").slice(0, 3)).toEqual([
      "# from the environment: VAULT_PG_CONNECTION_URL, the connection string of the storage, as in postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full",
      "",
      'api_addr = "http://127.0.0.1:8200"',
    ]);
  });

  it("prints it in JSON", async () => {
    expect(JSON.parse(await server(["config", declared(one), "--json"]))).toMatchObject({
      storage: { postgresql: {} },
    });
  });

  it("prints the node that is named, and asks which where there are several", async () => {
    const file = declared(cluster);
    expect(await server(["config", file, "--name", "vault-b"])).toContain('node_id = "vault-b"');
    await expect(server(["config", file])).rejects.toThrow(
      "exports 3 configurations: vault-a, vault-b, vault-c: choose one with --name, or give a folder for all with --output",
    );
    await expect(server(["config", file, "--name", "vault-d"])).rejects.toThrow(
      'exports no "vault-d": use one of vault-a, vault-b, vault-c',
    );
  });

  it("writes a file for each, which others can't read", async () => {
    const output = join(scratch(), "out");
    const printed = await server(["config", declared(cluster, one), "--output", output]);
    const paths = ["vault-a", "vault-b", "vault-c", "vault"].map((name) => join(output, `${name}.hcl`));
    expect(printed.split("\n").filter((line) => !line.startsWith(" "))).toEqual(paths);
    expect(printed).toContain("  from the environment: VAULT_PG_CONNECTION_URL, ");
    for (const path of paths) expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readFileSync(join(output, "vault-c.hcl"), "utf8")).toContain('node_id = "vault-c"');
  });

  it.each([
    ["a file that is not there", () => join(scratch(), "absent.ts"), /absent.ts\] is no TypeScript file that is there/],
    [
      "a file of HCL",
      () => join(projectRoot, "policies", "library", "dbas.hcl"),
      /is no TypeScript file that is there/,
    ],
    [
      "a file without any",
      () => declared("export const one = 1;"),
      /exports no configuration of a server: export one, as in: export const vault = new ServerConfiguration/,
    ],
    ["a file of a proxy", () => declared(proxy), /exports no configuration of a server/],
    [
      "two of one name",
      () =>
        declared(
          cluster,
          `export const again = { "vault-a": new ServerConfiguration({ apiAddress: "http://127.0.0.1:8200", ${listeners}, storage: { type: "postgresql" } }) };`,
        ),
      /exports two configurations that are called vault-a/,
    ],
    [
      "a configuration that can't be",
      () => declared(one.replace('8200", tls', '82000", tls')),
      /address "127.0.0.1:82000" is no host with a port/,
    ],
  ])("refuses %s", async (_name, file, message) => {
    await expect(server(["config", file()])).rejects.toThrow(message);
  });
});

describe("leasehold agent config", () => {
  it("prints the configuration of a proxy, and of an agent, and of no server", async () => {
    expect(await agent(["config", declared(proxy, one)])).toContain('vault {\n  address = "https://vault:8200"\n}');
    await expect(agent(["config", declared(one)])).rejects.toThrow(/exports no configuration of an agent or a proxy/);
  });
});
