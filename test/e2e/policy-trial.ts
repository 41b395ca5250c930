import { z } from "zod";
import type { Lab } from "../../cli/lab/lab";
import { VaultRefusal } from "../../cli/vault-client";
import type { NamedPolicy } from "../../policies/evaluator/acl";
import type { PolicyRequest } from "../../policies/evaluator/evaluator";
import type { ParameterValue, PolicyRule } from "../../policies/language/policy-rule";

const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const capabilitiesAnswer = z.object({ data: z.record(z.string(), z.unknown()) });

type Request = Pick<PolicyRequest, "parameters" | "wrapTtl"> & {
  readonly path: string;
  readonly capability: "create" | "read" | "update" | "patch" | "delete" | "list";
};

/** What the server itself makes of policies: the judge of the evaluator. */
export class PolicyTrial {
  private readonly names = new Set<string>();

  constructor(private readonly lab: Lab) {}

  /** Writes the policies; false when the server refuses one. */
  async write(policies: readonly NamedPolicy[]): Promise<boolean> {
    for (const { name, rules } of policies) {
      this.names.add(name);
      try {
        await this.lab.operator().write(`sys/policies/acl/${name}`, { policy: rules.map(hclOf).join("\n") });
      } catch (thrown) {
        if (thrown instanceof VaultRefusal && thrown.status === 400) return false;
        throw thrown;
      }
    }
    return true;
  }

  async removePolicies(): Promise<void> {
    for (const name of this.names) await this.lab.operator().delete(`sys/policies/acl/${name}`);
  }

  /** A token with these policies alone. */
  async token(policies: readonly string[]): Promise<string> {
    const body = { policies, no_default_policy: true, ttl: "10m" };
    return (await this.lab.operator().ask("auth/token/create", body, tokenAnswer)).auth.client_token;
  }

  revoke(token: string): Promise<void> {
    return this.lab.operator().write("auth/token/revoke", { token });
  }

  /** What the server says that a token may do on each path, sorted. */
  async capabilities(token: string, paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const { data } = await this.lab.operator().ask("sys/capabilities", { token, paths }, capabilitiesAnswer);
    const list = z.array(z.string());
    return new Map(paths.map((path) => [path, list.parse(data[path]).sort()]));
  }

  /** Whether the server lets a real request through, whatever comes of it then. */
  async allows(token: string, request: Request): Promise<boolean> {
    const { status, text } = await this.send(token, request);
    // When a policy can't be read once its templates are filled in, Vault answers 500 and OpenBao 400.
    return status !== 403 && status !== 500 && !(status === 400 && text.includes("Forbidden"));
  }

  private async send(token: string, { path, capability, parameters, wrapTtl }: Request): Promise<Answer> {
    const method = methods[capability];
    const query = capability === "read" && parameters !== undefined ? queryOf(parameters) : "";
    const inBody = !["GET", "LIST", "DELETE"].includes(method) && parameters !== undefined;
    const response = await fetch(`http://127.0.0.1:${this.lab.record().vaultPort}/v1/${path}${query}`, {
      method,
      headers: {
        "X-Vault-Request": "true",
        "X-Vault-Token": token,
        ...(method === "PATCH" ? { "Content-Type": "application/merge-patch+json" } : {}),
        ...(wrapTtl === undefined ? {} : { "X-Vault-Wrap-TTL": wrapTtl }),
      },
      ...(inBody ? { body: JSON.stringify(parameters) } : {}),
    });
    return { status: response.status, text: await response.text() };
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const methods: Readonly<Record<Request["capability"], string>> = {
  create: "POST",
  update: "POST",
  read: "GET",
  patch: "PATCH",
  delete: "DELETE",
  list: "LIST",
};

/** A query knows texts alone; several of one name are a list. */
function queryOf(parameters: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of z.array(z.string()).parse([value].flat())) query.append(name, each);
  }
  return `?${query.toString()}`;
}

/** The rule in HCL, with nothing merged, sorted or checked: that is what the server is asked about. */
function hclOf(rule: PolicyRule): string {
  const fields: Readonly<
    Record<string, ParameterValue | Readonly<Record<string, readonly ParameterValue[]>> | undefined>
  > = {
    capabilities: rule.capabilities,
    allowed_parameters: rule.allowedParameters,
    denied_parameters: rule.deniedParameters,
    required_parameters: rule.requiredParameters,
    min_wrapping_ttl: rule.minWrappingTtl,
    max_wrapping_ttl: rule.maxWrappingTtl,
  };
  const lines = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`  ${key} = ${valueOf(value)}`],
  );
  return [`path ${JSON.stringify(rule.path)} {`, ...lines, "}\n"].join("\n");
}

function valueOf(value: ParameterValue | undefined): string {
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each: ParameterValue) => valueOf(each)).join(", ")}]`;
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)} = ${valueOf(each)}`)
    .join(", ")} }`;
}
