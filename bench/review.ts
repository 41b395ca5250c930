import { renderJson } from "../cli/review/json";
import { renderMarkdown } from "../cli/review/markdown";
import { readPlan } from "../cli/review/read-plan";
import { reviewPlan } from "../cli/review/review";

/**
 * How long a review takes, from the text of a plan to Markdown and JSON, against `JSON.parse` of the same text.
 *
 * The two sides take turns within a run; `ratio` is the median of the turns' ratios. One line of JSON for a plan that changes a tenth of its
 * resources, and one for a plan that creates all of them.
 * Usage: node --import tsx bench/review.ts [resources ...]
 */

const turns = 5;

type Action = "create" | "update" | "no-op";

/** Resources as an environment has them: of each ten, five database roles, two policies, two logins and a connection. */
function resourceOf(at: number): { readonly type: string; readonly values: Readonly<Record<string, unknown>> } {
  const team = `team${Math.floor(at / 10)}`;
  const kind = at % 10;
  if (kind < 5) {
    const statements = [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' IN ROLE ${team};`];
    return {
      type: "vault_database_secret_backend_role",
      values: {
        backend: "database",
        name: `${team}-role${kind}`,
        db_name: team,
        creation_statements: statements,
        default_ttl: 3600,
      },
    };
  }
  if (kind < 7) {
    const policy = `path "database/creds/${team}-role${kind}" {\n  capabilities = ["read"]\n}\n\npath "sys/leases/renew" {\n  capabilities = ["update"]\n}\n`;
    return { type: "vault_policy", values: { name: `${team}-policy${kind}`, policy } };
  }
  if (kind < 9) {
    return {
      type: "vault_approle_auth_backend_role",
      values: { backend: "approle", role_name: `${team}-app${kind}`, token_policies: [`${team}-policy${kind - 2}`] },
    };
  }
  return {
    type: "vault_database_secret_backend_connection",
    values: { backend: "database", name: team, allowed_roles: [`${team}-*`] },
  };
}

/** What `terraform show -json` would print of it. */
function planOf(count: number, actionOf: (at: number) => Action): string {
  const all = Array.from({ length: count }, (_, at) => {
    const { type, values } = resourceOf(at);
    return { address: `${type}.r${at}`, mode: "managed", type, name: `r${at}`, values, action: actionOf(at) };
  });
  const changed = all.map(({ values, action, ...rest }) => ({
    ...rest,
    change: {
      actions: [action],
      before: action === "create" ? null : action === "update" ? beforeOf(values) : values,
      after: values,
      after_unknown: {},
      before_sensitive: action === "create" ? false : {},
      after_sensitive: {},
    },
  }));
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {
      root_module: { resources: all.map((resource) => ({ ...resource, sensitive_values: {} })) },
    },
    resource_changes: changed,
  });
}

/** The same with less access, or a shorter TTL. */
function beforeOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { policy } = values;
  return typeof policy === "string"
    ? { ...values, policy: policy.replace('"read"', '"list"') }
    : { ...values, default_ttl: 60, token_policies: [] };
}

async function review(text: string): Promise<number> {
  const found = await reviewPlan(readPlan(text, "plan.json"));
  return renderMarkdown(found, { environment: "prod" }).length + renderJson(found).length;
}

async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function compare(count: number, changes: string, text: string): Promise<void> {
  const rounds: { leasehold: number; peer: number }[] = [];
  await review(text);
  for (let turn = 0; turn < turns; turn += 1) {
    const peer = await secondsOf(() => JSON.parse(text) as unknown);
    rounds.push({ leasehold: await secondsOf(() => review(text)), peer });
  }
  const [leasehold, peer] = [median(rounds.map((each) => each.leasehold)), median(rounds.map((each) => each.peer))];
  const line = {
    bench: "review",
    resources: count,
    changes,
    unit: "s",
    leasehold: Number(leasehold.toFixed(3)),
    peer: Number(peer.toFixed(3)),
    ratio: Number(median(rounds.map((each) => each.leasehold / each.peer)).toFixed(1)),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  for (const count of given.length > 0 ? given : [1_000, 10_000]) {
    // Every tenth block of ten, so that every kind changes.
    const tenth = (at: number): Action => (Math.floor(at / 10) % 10 === 0 ? "update" : "no-op");
    await compare(count, "a tenth", planOf(count, tenth));
    await compare(
      count,
      "all new",
      planOf(count, () => "create"),
    );
  }
}

void main();
