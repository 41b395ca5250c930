import { parseEnvironment } from "../../../environments/load";
import { environmentWith, refusalOf } from "../../helpers/environments";

const file = { type: "file", filePath: "/var/log/vault/audit.log" };

function refusal(audit: unknown, more: Record<string, unknown> = {}): string {
  return refusalOf(() => parseEnvironment(environmentWith({ audit, ...more })));
}

describe("the audit devices of an environment", () => {
  it("are none unless declared", () => {
    expect(parseEnvironment(environmentWith({}))).toMatchObject({ audit: [], auditedHeaders: [] });
  });

  it("are of each type that the server has, or are in its own configuration", () => {
    const audit = [
      file,
      { type: "syslog", facility: "LOCAL0", tag: "vault" },
      { type: "socket", address: "collector:9090", socketType: "udp", writeTimeout: "1s" },
      { type: "server-configuration", path: "declared", document: "infrastructure/openbao.hcl" },
    ];
    const auditedHeaders = [{ name: "X-Forwarded-For" }, { name: "Cookie", hmac: true }];
    expect(parseEnvironment(environmentWith({ audit, auditedHeaders }))).toMatchObject({ audit, auditedHeaders });
  });

  it.each([
    [[{ type: "kafka" }], "audit[0].type"],
    [[{ type: "file" }], "audit[0].filePath"],
    [[{ ...file, mode: "0644" }], "audit[0].mode"],
    [[{ ...file, path: "a b" }], 'audit[0].path "a b" is not a mount path'],
    [[{ ...file, format: "xml" }], "audit[0].format"],
    [[{ ...file, logRaw: true }], 'audit[0] Unrecognized key: "logRaw"'],
    [[{ type: "syslog", facility: "MAIL" }], "audit[0].facility"],
    [[{ type: "socket", address: "a:1", socketType: "tls" }], "audit[0].socketType"],
    [[{ type: "socket", address: "a:1", writeTimeout: "soon" }], "audit[0].writeTimeout"],
    [[{ type: "server-configuration", path: "file" }], "audit[0].document"],
    [
      [{ type: "server-configuration", path: "file", document: " " }],
      "audit[0].document names no document: say where the server's configuration is kept",
    ],
    [
      [file, { type: "server-configuration", path: "file", document: "infrastructure/openbao.hcl" }],
      'audit[1] audit device "file" is declared twice: give one of the two another name',
    ],
  ])("refuses %j", (audit, message) => {
    expect(refusal(audit)).toContain(message);
  });

  it("are made in the root namespace alone, wherever the server's own configuration declares them", () => {
    const known = { type: "server-configuration", path: "declared", document: "infrastructure/vault.hcl" };
    const namespace = { "vault.namespace": "team" };
    expect(refusal([known, file], namespace)).toBe(
      '[environments/test] audit[1] can\'t be made in namespace "team": declare it in an environment of the root namespace, and ' +
        'here as { type: "server-configuration" }: mend what is named and deploy again',
    );
    expect(parseEnvironment(environmentWith({ audit: [known], ...namespace })).audit).toEqual([known]);
  });

  it("refuses a header without a name", () => {
    expect(refusal([], { auditedHeaders: [{ name: "" }] })).toContain("auditedHeaders[0].name");
  });
});
