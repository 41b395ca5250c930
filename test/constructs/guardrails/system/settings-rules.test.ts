import { AwsSecretBackend } from "@cdktf/provider-vault/lib/aws-secret-backend";
import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { PasswordPolicy as RawPolicy } from "@cdktf/provider-vault/lib/password-policy";
import { QuotaRateLimit } from "@cdktf/provider-vault/lib/quota-rate-limit";
import type { TerraformStack } from "cdktf";
import { AppRoleAuth } from "../../../../constructs/auth/approle-auth";
import { DatabaseSecretsEngine } from "../../../../constructs/database/database-secrets-engine";
import { corsEncrypted } from "../../../../constructs/guardrails/system/cors-encrypted";
import { corsOrigins } from "../../../../constructs/guardrails/system/cors-origins";
import { leaseTtl } from "../../../../constructs/guardrails/system/lease-ttl";
import { passwordCharacters } from "../../../../constructs/guardrails/system/password-characters";
import { passwordStrength } from "../../../../constructs/guardrails/system/password-strength";
import { rateLimited } from "../../../../constructs/guardrails/system/rate-limited";
import { uiHeaders } from "../../../../constructs/guardrails/system/ui-headers";
import { Cors } from "../../../../constructs/system/cors";
import { PasswordPolicy } from "../../../../constructs/system/password-policy";
import { RateLimitQuota } from "../../../../constructs/system/rate-limit-quota";
import { UiHeader } from "../../../../constructs/system/ui-header";
import { findingsOf } from "../../../helpers/guardrails";

const write = (path: string, data: unknown) => (stack: TerraformStack) =>
  new GenericEndpoint(stack, "Raw", { path, dataJson: JSON.stringify(data) });
const policy = (text: string) => (stack: TerraformStack) => new RawPolicy(stack, "Raw", { name: "raw", policy: text });
const rule = (characters: string, minChars = 0) =>
  `rule "charset" {\n charset = ${JSON.stringify(characters)}\n min-chars = ${minChars}\n}\n`;

describe("LH-SYS-007", () => {
  it("fires where logins are offered and nothing is limited", () => {
    expect(findingsOf(rateLimited, (stack) => new AppRoleAuth(stack, "AppRole"))).toEqual([
      "rateLimits: logins are offered and no rate limit is declared",
    ]);
  });

  it("passes with a limit, and where nobody logs in", () => {
    const limited = (declare: (stack: TerraformStack) => unknown) =>
      findingsOf(rateLimited, (stack) => {
        new AppRoleAuth(stack, "AppRole");
        declare(stack);
      });
    expect(limited((stack) => new RateLimitQuota(stack, "All", { name: "all", rate: 500 }))).toEqual([]);
    expect(limited((stack) => new QuotaRateLimit(stack, "Raw", { name: "all", rate: 500 }))).toEqual([]);
    expect(findingsOf(rateLimited, (stack) => new DatabaseSecretsEngine(stack, "Database"))).toEqual([]);
  });
});

describe("LH-SYS-008", () => {
  it.each([
    ["*", ["*"]],
    ["https://a.com, *", ["https://a.com", "*"]],
  ])("fires for any origin, as text and as a list", (text, list) => {
    for (const origins of [text, list]) {
      expect(findingsOf(corsOrigins, write("sys/config/cors", { allowed_origins: origins }))).toEqual([
        'Raw: allowed_origins holds "*"',
      ]);
    }
  });

  it("passes for origins that are named, and for what is written elsewhere", () => {
    const allowedOrigins = ["https://a.com", "http://b.com"];
    expect(findingsOf(corsOrigins, (stack) => new Cors(stack, "Cors", { allowedOrigins }))).toEqual([]);
    expect(findingsOf(corsOrigins, write("kv/config/cors", { allowed_origins: "*" }))).toEqual([]);
  });
});

describe("LH-SYS-009", () => {
  it("fires for a page that is served by http", () => {
    const allowedOrigins = ["https://a.com", "http://b.com"];
    expect(findingsOf(corsEncrypted, (stack) => new Cors(stack, "Cors", { allowedOrigins }))).toEqual([
      "Cors: allowed_origins holds http://b.com",
    ]);
  });

  it("passes for https", () => {
    expect(
      findingsOf(corsEncrypted, (stack) => new Cors(stack, "Cors", { allowedOrigins: ["https://a.com"] })),
    ).toEqual([]);
  });
});

describe("LH-SYS-010", () => {
  it.each([
    ["Access-Control-Allow-Origin", "*"],
    ["access-control-allow-credentials", "true"],
    ["Content-Security-Policy", "default-src 'none'; script-src 'self' 'unsafe-inline'"],
    ["Content-Security-Policy", "script-src 'unsafe-eval'"],
    ["Content-Security-Policy", "default-src https:"],
    ["Content-Security-Policy", "script-src 'self' *; style-src 'self'"],
    ["Content-Security-Policy", "frame-ancestors *"],
  ])("fires for %s: %s", (name, value) => {
    const finding = `: ${name} is ${JSON.stringify(value)}`;
    expect(findingsOf(uiHeaders, (stack) => new UiHeader(stack, "Header", { name, value }))).toEqual([
      `Header${finding}`,
    ]);
    expect(findingsOf(uiHeaders, write(`sys/config/ui/headers/${name}`, { values: value }))).toEqual([`Raw${finding}`]);
  });

  it.each([
    ["Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'unsafe-inline' 'self'"],
    ["Content-Security-Policy", "script-src 'self' https://cdn.company.com"],
    ["Access-Control-Allow-Origin", "https://portal.company.com"],
    ["X-Frame-Options", "*"],
  ])("passes for %s: %s", (name, value) => {
    expect(findingsOf(uiHeaders, (stack) => new UiHeader(stack, "Header", { name, value }))).toEqual([]);
  });
});

describe("LH-SYS-011", () => {
  it("fires for passwords that are soon guessed, also where charsets overlap or demand too much", () => {
    expect(findingsOf(passwordStrength, policy(`length = 8\n${rule("abcdefgh")}`))).toEqual([
      "Raw: passwords of length 8 have 24 bits",
    ]);
    expect(findingsOf(passwordStrength, policy(`length = 8\n${rule("abcd", 1)}${rule("abcdefgh", 1)}`))).toEqual([
      "Raw: passwords of length 8 have 23 bits",
    ]);
    expect(findingsOf(passwordStrength, policy(`length = 4\n${rule("ab", 3)}${rule("cd", 3)}`))).toEqual([
      "Raw: passwords of length 4 have 0 bits",
    ]);
  });

  it("passes for what the construct lets through", () => {
    const charsets = [{ charset: "lowercase" }, { charset: "digits" }] as const;
    expect(
      findingsOf(passwordStrength, (stack) => new PasswordPolicy(stack, "P", { name: "p", length: 16, charsets })),
    ).toEqual([]);
  });
});

describe("LH-SYS-012", () => {
  it("fires for a character that breaks what a password is put into, and for a text that is no policy", () => {
    expect(findingsOf(passwordCharacters, policy(`length = 30\n${rule("abc'")}`))).toEqual([
      'Raw: a charset has "\'", which breaks literals of SQL',
    ]);
    expect(findingsOf(passwordCharacters, policy("length = 30"))).toEqual([
      "Raw: policy:1:1: the password policy has no rule",
    ]);
  });

  it("passes for what is safe, and for what only Terraform knows", () => {
    expect(findingsOf(passwordCharacters, policy(`length = 30\n${rule("abc-._~")}`))).toEqual([]);
    expect(findingsOf(passwordCharacters, policy("${var.policy}"))).toEqual([]);
  });
});

describe("LH-SYS-013", () => {
  it("fires where neither mount nor role says how long a lease lives", () => {
    expect(findingsOf(leaseTtl, (stack) => new AwsSecretBackend(stack, "Aws", {}))).toEqual([
      "Aws: it has no default lease TTL",
    ]);
    expect(findingsOf(leaseTtl, (stack) => new Mount(stack, "Rabbit", { path: "rabbit", type: "rabbitmq" }))).toEqual([
      "Rabbit: it has no default lease TTL",
    ]);
  });

  it("passes with one, and for engines whose roles have one", () => {
    expect(
      findingsOf(leaseTtl, (stack) => new AwsSecretBackend(stack, "Aws", { defaultLeaseTtlSeconds: 3600 })),
    ).toEqual([]);
    expect(findingsOf(leaseTtl, (stack) => new DatabaseSecretsEngine(stack, "Database"))).toEqual([]);
  });
});
