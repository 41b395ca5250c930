import type { Command } from "commander";

/** By command, calls that work as they stand on a deployed environment. */
const examples: Readonly<Record<string, readonly string[]>> = {
  "lab up": [
    "leasehold lab up",
    "leasehold lab up --server openbao --name bao",
    "leasehold lab up --docker --storage raft-3 --name three",
  ],
  "lab compose": ["leasehold lab compose", "leasehold lab compose --storage postgresql --output compose"],
  "lab status": ["leasehold lab status --json"],
  "lab env": ['eval "$(leasehold lab env)"'],
  "lab logs": ["leasehold lab logs --lines 200"],
  "lab down": ["leasehold lab down", "leasehold lab down --volumes"],
  "lab reset": ["leasehold lab reset --name bao"],
  "sql bootstrap": ["leasehold sql bootstrap prod postgres-prod | psql -h postgres-prod.company.com -U postgres app"],
  prove: ["leasehold prove dev", "leasehold prove dev postgres-dev app-readonly --json"],
  "database rotate-root": ["leasehold database rotate-root prod postgres-prod"],
  "database reseed": ["leasehold database reseed prod postgres-prod --user postgres"],
  "database orphans": [
    "leasehold database orphans prod postgres-prod --user postgres",
    "leasehold database orphans prod postgres-prod --user postgres --clean",
  ],
  "approle secret-id": ["leasehold approle secret-id dev ci", "leasehold approle secret-id dev ci --ttl 1h --uses 1"],
  "approle secret-ids": ["leasehold approle secret-ids dev ci --json"],
  "userpass set-password": ["leasehold userpass set-password dev alice --generate"],
  "policy test": ["leasehold policy test", "leasehold policy test policies/tests/dbas.yaml --live"],
  "policy explain": ["leasehold policy explain database/creds/app-readonly read --policies dbas"],
  "policy lint": ["leasehold policy lint --tier prod", "leasehold policy lint policies/library/dbas.hcl --json"],
  "policy diff": ["leasehold policy diff old.hcl policies/library/dbas.hcl --exit-code"],
  "policy deployer": ["leasehold policy deployer prod | vault policy write deployer -"],
  review: [
    "leasehold review prod",
    "terraform show -json plan | leasehold review - --allow ttl-widened",
    "leasehold review plan.json --allow mount-replaced:vault_mount.old --json",
  ],
  deploy: [
    "leasehold deploy dev",
    "leasehold deploy dev --drain",
    "leasehold deploy prod --plan reviewed.plan --yes --allow mount-replaced:vault_mount.old",
  ],
  destroy: ["leasehold destroy dev", "leasehold destroy dev --yes --force 12"],
  "env list": ["leasehold env list --json"],
  "env diff": ["leasehold env diff staging prod"],
  "new environment": [
    "leasehold new environment",
    "leasehold new environment qa --address https://vault-qa.company.com --tier staging",
  ],
  "new database": [
    "leasehold new database dev",
    "leasehold new database dev orders --engine postgres --host postgres-dev.company.com --database orders",
  ],
  "new role": ["leasehold new role dev postgres-dev reports --group app_ro --default-ttl 1h --max-ttl 24h --dry-run"],
  "server config": [
    "leasehold server config servers.ts --output /tmp/servers",
    "leasehold server config servers.ts --name vault-1 --json",
  ],
  "agent config": [
    "leasehold agent config dev --login approle/ci > agent.hcl",
    "leasehold agent config agents.ts --output /tmp/agents",
  ],
  check: ["leasehold check", "leasehold check prod --sarif guardrails.sarif"],
  drift: ["leasehold drift prod", "leasehold drift prod --probe --json"],
  completion: [
    'eval "$(leasehold completion bash)"',
    "source <(leasehold completion zsh)",
    "leasehold completion fish | source",
  ],
  doctor: [
    "leasehold doctor prod",
    "leasehold doctor --node https://vault-1:8200 https://vault-2:8200 --json",
    "leasehold doctor prod --database postgres-prod --user postgres",
  ],
  "vault init": [
    "leasehold vault init prod --out keys.json",
    "leasehold vault init --shares 3 --threshold 2 --pgp-key ann.asc bob.asc eve.asc --out keys.json",
    "leasehold vault init --shares 1 --threshold 1 --out keys.json --unseal",
  ],
  "vault unseal": [
    "leasehold vault unseal prod",
    "leasehold vault unseal --keys keys.json --node https://vault-1:8200 https://vault-2:8200",
  ],
  "vault seal": ["leasehold vault seal prod"],
  "vault status": [
    "leasehold vault status prod",
    "leasehold vault status --node https://vault-1:8200 https://vault-2:8200",
  ],
  "vault rotate": ["leasehold vault rotate prod", "leasehold vault rotate --if-older-than 90d --yes"],
  "vault rekey": [
    "leasehold vault rekey prod --shares 3 --threshold 2",
    "leasehold vault rekey prod --out new-keys.json",
    "leasehold vault rekey prod --status",
  ],
  "vault generate-root": [
    "leasehold vault generate-root prod --out root-token",
    "leasehold vault generate-root prod --status",
  ],
  "vault snapshot save": [
    "leasehold vault snapshot save vault.snap prod",
    "leasehold vault snapshot save vault.snap --verify keys.json",
  ],
  "vault snapshot verify": ["leasehold vault snapshot verify vault.snap --keys keys.json"],
  "vault export": ["leasehold vault export backup prod", "leasehold vault export backup --json"],
  "vault snapshot restore": ["leasehold vault snapshot restore vault.snap prod"],
  "ci login": ["leasehold ci login prod --role deployer"],
  "ci comment": ["leasehold ci comment prod review.md"],
  "ci seal": ["leasehold ci seal cdktf.out/stacks/prod/plan plan.sealed --for prod@4f1c2d3"],
  "ci open": ["leasehold ci open plan.sealed reviewed.plan --for prod@4f1c2d3"],
};

/** Puts its examples below every command's help. */
export function addExamples(command: Command, path: readonly string[] = []): void {
  const own = examplesOf(path.join(" "));
  if (own.length > 0) command.addHelpText("after", ["", "Examples:", ...own.map((each) => `  ${each}`)].join("\n"));
  for (const each of command.commands) addExamples(each, [...path, each.name()]);
}

/** Examples of a command by its name below `leasehold`, such as `lab up`. */
export function examplesOf(path: string): readonly string[] {
  return examples[path] ?? [];
}
