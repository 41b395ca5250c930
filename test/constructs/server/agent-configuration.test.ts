import { AgentConfiguration, type AgentProps } from "../../../constructs/server/agent/agent-configuration";
import { databaseEnvironment, databaseTemplate } from "../../../constructs/server/agent/database-template";
import { ProxyConfiguration, type ProxyProps } from "../../../constructs/server/agent/proxy-configuration";
import { readHcl, readJson } from "./parse-back";

const openbao = { product: "openbao", version: "2.7" } as const;
const enterprise = { product: "vault", edition: "enterprise", version: "1.21" } as const;

const approle = {
  type: "approle",
  roleIdFile: "/etc/vault-agent/role-id",
  secretIdFile: "/run/vault-agent/secret-id",
} as const;
const database = databaseTemplate({ role: "app-readonly", destination: "/run/app/database.json" });
const sound = {
  vault: { address: "https://vault.company.com:8200" },
  autoAuth: { method: approle },
  templates: [database],
} as const satisfies AgentProps;
const process = {
  templates: undefined,
  exec: { command: ["/usr/bin/app"] },
  envTemplates: databaseEnvironment({ role: "app-readonly" }),
};
const listener = { type: "unix", address: "/run/vault-agent.sock", socketUser: "agent", socketGroup: "app" } as const;
const soundProxy = { vault: sound.vault, listeners: [listener] } as const satisfies ProxyProps;

const agent = (change: object) => new AgentConfiguration({ ...sound, ...change });
const proxy = (change: object) => new ProxyConfiguration({ ...soundProxy, ...change });
const method = (change: object) => agent({ autoAuth: { method: change } });

describe("an agent's configuration", () => {
  it("is safe where nothing is said: a SecretID that goes, a file for a group to read, an end when secrets can't be had", () => {
    expect(new AgentConfiguration(sound).toHcl()).toBe(
      [
        'log_level = "info"',
        'log_format = "json"',
        "",
        "auto_auth {",
        "  method {",
        '    type = "approle"',
        '    mount_path = "auth/approle"',
        "    config = {",
        '      "role_id_file_path" = "/etc/vault-agent/role-id"',
        '      "secret_id_file_path" = "/run/vault-agent/secret-id"',
        '      "remove_secret_id_file_after_reading" = true',
        "    }",
        "  }",
        "}",
        "",
        "template_config {",
        "  exit_on_retry_failure = true",
        "}",
        "",
        "vault {",
        '  address = "https://vault.company.com:8200"',
        "}",
        "",
        "template {",
        `  contents = "{{ with secret \\"database/creds/app-readonly\\" }}{\\"username\\": {{ .Data.username | toJSON }}, \\"password\\": {{ .Data.password | toJSON }}}\\n{{ end }}"`,
        '  destination = "/run/app/database.json"',
        '  perms = "0640"',
        "  create_dest_dirs = true",
        "  error_on_missing_key = true",
        "}",
        "",
      ].join("\n"),
    );
  });

  const everything: readonly (readonly [string, object])[] = [
    [
      "the connection",
      {
        vault: {
          ...sound.vault,
          caCert: "/ca",
          caPath: "/cas",
          clientCert: "/c",
          clientKey: "/k",
          tlsServerName: "vault",
          namespace: "team",
          retries: 3,
        },
      },
    ],
    [
      "approle",
      {
        autoAuth: {
          method: {
            ...approle,
            mount: "teams/approle",
            namespace: "team",
            minBackoff: "1s",
            maxBackoff: "1m",
            exitOnErr: true,
            removeSecretIdFileAfterReading: false,
            secretIdResponseWrappingPath: "auth/approle/role/app/secret-id",
          },
          sinks: [
            { path: "/run/token", mode: "0640", wrapTtl: "5m" },
            { path: "/run/other", dhPath: "/run/key" },
          ],
        },
      },
    ],
    [
      "one sink whose token is wrapped at the login",
      { autoAuth: { method: { ...approle, wrapTtl: "5m" }, sinks: [{ path: "/run/token" }] } },
    ],
    ["kubernetes", { autoAuth: { method: { type: "kubernetes", role: "app", tokenFile: "/run/token" } } }],
    ["jwt", { autoAuth: { method: { type: "jwt", role: "app", jwtFile: "/run/jwt", removeJwtAfterReading: false } } }],
    ["a token's file", { autoAuth: { method: { type: "token_file", tokenFile: "/run/given" } } }],
    [
      "a cache and listeners",
      {
        cache: { persistInKubernetes: { path: "/cache", keepAfterImport: true, exitOnErr: true } },
        listeners: [listener, { type: "tcp", address: "127.0.0.1:8100", tlsDisable: true }],
        apiProxy: { useAutoAuthToken: "force" },
      },
    ],
    [
      "templates",
      {
        templates: [
          {
            source: "/etc/a.ctmpl",
            destination: "/run/a",
            perms: "0600",
            user: "app",
            group: "app",
            exec: { command: ["systemctl", "reload", "app"], timeout: "10s" },
            createDestDirs: false,
            errorOnMissingKey: false,
            leftDelimiter: "<<",
            rightDelimiter: ">>",
          },
          database,
        ],
        templateConfig: { exitOnRetryFailure: false, staticSecretRenderInterval: "10m", maxConnectionsPerHost: 5 },
      },
    ],
    [
      "a process",
      {
        ...process,
        exec: { command: ["/usr/bin/app", "--serve"], restartOnSecretChanges: "never", restartStopSignal: "SIGINT" },
      },
    ],
    [
      "the program",
      {
        logLevel: "debug",
        logFormat: "standard",
        logFile: "/var/log/agent.log",
        pidFile: "/run/agent.pid",
        exitAfterAuth: true,
      },
    ],
  ];

  it.each(everything)("says the same in HCL and in JSON: %s", async (_name, change) => {
    const configuration = agent(change);
    expect(await readHcl(configuration.toHcl())).toEqual(readJson(configuration.toJson()));
    expect(configuration.toHcl()).not.toBe(new AgentConfiguration(sound).toHcl());
    expect(agent(change).toJson()).toBe(configuration.toJson());
  });

  it("asks for user and password of one lease", () => {
    expect(databaseEnvironment({ mount: "teams/db", role: "legacy", isStatic: true, prefix: "PG" })).toEqual([
      {
        name: "PG_USERNAME",
        contents: '{{ with secret "teams/db/static-creds/legacy" }}{{ .Data.username }}{{ end }}',
      },
      {
        name: "PG_PASSWORD",
        contents: '{{ with secret "teams/db/static-creds/legacy" }}{{ .Data.password }}{{ end }}',
      },
    ]);
  });

  it.each<[string, object, RegExp]>([
    [
      "a name that is none",
      { templates: [{ ...database, permissions: "0640" }] },
      /templates\[0\]\] permissions is no option/,
    ],
    [
      "a server over a network in plain text",
      { vault: { address: "http://vault.company.com:8200" } },
      /vault\] address "http:\/\/vault.company.com:8200" is asked over a network in plain text/,
    ],
    ["no server", { vault: {} }, /vault\] address is not given/],
    [
      "a password for the server",
      { vault: { address: "https://a:canary@vault" } },
      /address holds a URL with a password/,
    ],
    [
      "a namespace for OpenBao's agent",
      { server: openbao, vault: { ...sound.vault, namespace: "team" } },
      /OpenBao 2.7 lacks that option of its agent/,
    ],
    ["no login", { autoAuth: undefined }, /autoAuth is not given/],
    ["nothing to do", { templates: [] }, /nothing uses the login/],
    [
      "both a process and files",
      { exec: process.exec, envTemplates: process.envTemplates },
      /templates are given beside exec/,
    ],
    [
      "variables without a process",
      { templates: undefined, envTemplates: process.envTemplates },
      /envTemplates are given without exec/,
    ],
    ["a process without variables", { ...process, envTemplates: [] }, /envTemplates is no list with something in it/],
    ["a process with listeners", { ...process, listeners: [listener] }, /listeners are given beside exec/],
    ["a proxy without listeners", { apiProxy: { useAutoAuthToken: true } }, /apiProxy is given without listeners/],
    [
      "a proxy with a wrapped token",
      {
        listeners: [listener],
        apiProxy: { useAutoAuthToken: true },
        autoAuth: { method: { ...approle, wrapTtl: "5m" }, sinks: [{ path: "/run/t" }] },
      },
      /apiProxy uses a token that autoAuth wraps/,
    ],
    [
      "a cache for nobody",
      { templates: [], cache: {}, autoAuth: { method: approle, sinks: [{ path: "/run/t" }] } },
      /cache is given, and nothing asks/,
    ],
    [
      "two wrappings",
      { autoAuth: { method: { ...approle, wrapTtl: "5m" }, sinks: [{ path: "/run/t", wrapTtl: "5m" }] } },
      /wrapTtl "5m" is given with 1 sinks, which wrap too/,
    ],
    [
      "a wrapped token for two",
      { autoAuth: { method: { ...approle, wrapTtl: "5m" }, sinks: [{ path: "/a" }, { path: "/b" }] } },
      /with 2 sinks/,
    ],
    [
      "a sink that all may write",
      { autoAuth: { method: approle, sinks: [{ path: "/run/t", mode: "0666" }] } },
      /sinks\[0\]\] mode "0666" is no mode/,
    ],
    ["neither source nor contents", { templates: [{ destination: "/run/a" }] }, /neither source nor contents/],
    ["both", { templates: [{ ...database, source: "/a" }] }, /both source and contents/],
    [
      "a template that is filled in too early",
      { templates: [{ contents: "${HOME}", destination: "/run/a" }] },
      /contents "\$\{HOME\}" can't be part/,
    ],
    [
      "a template with a password",
      { templates: [{ contents: "url=postgres://app:canary@db", destination: "/run/a" }] },
      /contents holds a URL with a password/,
    ],
    ["a mode in decimals", { templates: [{ ...database, perms: "640" }] }, /perms "640" is no mode/],
    [
      "a destination from here",
      { templates: [{ ...database, destination: "database.json" }] },
      /destination "database.json" is no absolute path/,
    ],
    [
      "a command for a shell",
      { templates: [{ ...database, exec: { command: "systemctl reload app" } }] },
      /exec\] command is no list/,
    ],
    [
      "a variable that is none",
      { ...process, envTemplates: [{ name: "DB-USER", contents: "x" }] },
      /name "DB-USER" is no name of a variable/,
    ],
    [
      "a signal that is none",
      { ...process, exec: { command: ["a"], restartStopSignal: "TERM" } },
      /restartStopSignal "TERM" is no signal/,
    ],
    [
      "a choice that is none",
      { ...process, exec: { command: ["a"], restartOnSecretChanges: "sometimes" } },
      /restartOnSecretChanges "sometimes" is unknown/,
    ],
  ])("is refused: %s", (_name, change, message) => {
    expect(() => agent(change)).toThrow(message);
    try {
      agent(change);
    } catch (thrown) {
      expect(String(thrown)).not.toContain("canary");
    }
  });

  it.each<[string, object, RegExp]>([
    ["no type", {}, /method.type undefined is unknown: use approle, kubernetes, jwt or token_file/],
    ["another method", { type: "ldap" }, /method.type "ldap" is unknown/],
    [
      "a SecretID",
      { ...approle, secretId: "canary" },
      /secretId would hold a secret: .* the file that secretIdFile names/,
    ],
    ["a token", { type: "token_file", token: "canary" }, /token would hold a secret: .* the file that tokenFile names/],
    ["no file", { type: "approle", roleIdFile: "/r" }, /secretIdFile is not given/],
    ["no role", { type: "kubernetes" }, /method kubernetes\] role is not given/],
    ["a mount with auth/ in front of a slash", { ...approle, mount: "/approle" }, /mount "\/approle" can't be used/],
    ["a time that is none", { ...approle, maxBackoff: "soon" }, /maxBackoff "soon" is not a duration/],
  ])("is refused of a login: %s", (_name, change, message) => {
    expect(() => method(change)).toThrow(message);
  });

  it.each<[string, object, RegExp]>([
    ["the role", { role: "a/b" }, /role "a\/b" can't be used/],
    ["the mount", { mount: "/db" }, /mount "\/db" can't be used/],
    ["the format", { format: "yaml" }, /format "yaml" is unknown: use json or env/],
    ["the prefix", { prefix: "1" }, /prefix "1" can't begin/],
  ])("is refused of a database's template: %s", (_name, change, message) => {
    expect(() => databaseTemplate({ role: "app", destination: "/run/a", ...change })).toThrow(message);
  });
});

describe("a proxy's configuration", () => {
  it.each<[string, object]>([
    ["for callers with tokens", {}],
    ["with a login", { autoAuth: { method: approle, sinks: [{ path: "/run/token" }] } }],
    ["for callers without tokens", { autoAuth: { method: approle }, apiProxy: { useAutoAuthToken: true }, cache: {} }],
    [
      "with a cache of KV (Enterprise)",
      {
        server: enterprise,
        autoAuth: { method: approle },
        cache: { cacheStaticSecrets: true, persistInKubernetes: { path: "/cache" } },
      },
    ],
  ])("says the same in HCL and in JSON: %s", async (_name, change) => {
    const configuration = proxy(change);
    expect(await readHcl(configuration.toHcl())).toEqual(readJson(configuration.toJson()));
  });

  it.each<[string, object, RegExp]>([
    ["no listener", { listeners: [] }, /listeners is no list/],
    ["templates", { templates: [] }, /templates is no option/],
    ["a token that nobody fetches", { apiProxy: { useAutoAuthToken: true } }, /autoAuth is not given/],
    [
      "a wrapped token",
      {
        autoAuth: { method: { ...approle, wrapTtl: "5m" }, sinks: [{ path: "/t" }] },
        apiProxy: { useAutoAuthToken: true },
      },
      /apiProxy uses a token that autoAuth wraps/,
    ],
    ["a login for nothing", { autoAuth: { method: approle } }, /nothing uses the login/],
    [
      "a choice that is none",
      { autoAuth: { method: approle }, apiProxy: { useAutoAuthToken: "yes" } },
      /useAutoAuthToken "yes" is unknown/,
    ],
    [
      "a cache of KV",
      { autoAuth: { method: approle }, cache: { cacheStaticSecrets: true } },
      /lacks a cache for secrets of KV/,
    ],
    [
      "Vault before 1.14",
      { server: { product: "vault", edition: "community", version: "1.13" } },
      /is no version of vault that Leasehold works with/,
    ],
  ])("is refused: %s", (_name, change, message) => {
    expect(() => proxy(change)).toThrow(message);
  });
});
