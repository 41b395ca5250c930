import { Command, InvalidArgumentError, Option } from "commander";
import { type Duration, parseDuration } from "../../constructs/core/duration";
import { isCidr } from "../../constructs/core/networks";
import { inNamespace } from "../../environments/namespaces/contents";
import type { Environment } from "../../environments/schema";
import { duration } from "../auth/arguments";
import { declaredAppRole } from "../auth/declared-logins";
import {
  type AppRolePlace,
  destroySecretId,
  issueUnwrapped,
  issueWrapped,
  listSecretIds,
  type SecretId,
  type SecretIdLimits,
} from "../auth/secret-ids";
import type { CliContext } from "../context";
import { declarationArgument, loadDeclared } from "../declared";
import { table } from "../table";
import { vaultOf } from "../token";
import type { VaultClient, WrappedAnswer } from "../vault-client";

interface CommonOptions {
  readonly method?: string;
  readonly json?: boolean;
}

interface IssueOptions extends CommonOptions {
  readonly wrapTtl: Duration;
  readonly ttl?: Duration;
  readonly uses?: number;
  readonly cidr?: string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly unwrapped?: boolean;
}

interface ListOptions extends CommonOptions {
  readonly destroy?: string;
}

/** `leasehold approle`: SecretIDs, which Terraform never sees. */
export function approleCommand(context: CliContext): Command {
  const approle = new Command("approle").description(
    "issues and ends the SecretIDs of a deployed environment's AppRoles",
  );
  const command = (name: string, description: string) =>
    approle
      .command(name)
      .description(description)
      .addArgument(declarationArgument())
      .argument("<role>", "its name in the environment")
      .option("--method <path>", "where its auth method is mounted, if several have a role of that name")
      .option("--json", "print the result as JSON");

  command("secret-id", "issues a SecretID inside a wrapping token, which opens once; and the RoleID to go with it")
    .addOption(
      new Option("--wrap-ttl <duration>", "how long the wrapping token can be opened")
        .argParser(duration)
        .default("5m" satisfies Duration),
    )
    .option("--ttl <duration>", "how long the SecretID can be used (default: as long as its role allows)", duration)
    .option("--uses <count>", "how many logins it is good for (default: as many as its role allows)", uses)
    .option("--cidr <network...>", "networks that it may be used from (default: those of its role)", network)
    .option("--metadata <key=value...>", "what the audit log tells of tokens got with it", pair)
    .option("--unwrapped", "print the SecretID itself: whoever reads it on its way can use it unnoticed")
    .action(async (name: string, role: string, options: IssueOptions) => {
      const { vault, place, environment } = opened(context, "secret-id", name, role, options, [
        "read <method>/role/<role>/role-id",
        "update <method>/role/<role>/secret-id",
      ]);
      const roleId = await vault.readRoleId(place.path, place.role);
      const { ttl, uses, cidr: cidrs, metadata } = options;
      const limits = { ttl: ttl && parseDuration("--ttl", "ttl", ttl), uses, cidrs, metadata };
      const issued = options.unwrapped
        ? await unwrapped(vault, place, limits)
        : await wrapped(vault, place, limits, options.wrapTtl, environment);
      const { text, ...result } = issued;
      const json = { method: place.path, role: place.role, roleId, ...result };
      context.print(options.json ? JSON.stringify(json) : [`RoleID          ${roleId}`, ...text].join("\n"));
    });

  command("secret-ids", "lists a role's SecretIDs by their accessors, or ends one")
    .option("--destroy <accessor>", "end this SecretID; tokens that it has opened live on")
    .action(async (name: string, role: string, { destroy, ...options }: ListOptions) => {
      const { vault, place } = opened(context, "secret-ids", name, role, options, [
        "list <method>/role/<role>/secret-id",
        destroy === undefined ? "update secret-id-accessor/lookup below it" : "secret-id-accessor/destroy below it",
      ]);
      if (destroy === undefined) {
        const secretIds = await listSecretIds(vault, place);
        context.print(options.json ? JSON.stringify(secretIds) : listText(secretIds));
        return;
      }
      await destroySecretId(vault, place, destroy);
      const text = `SecretID ${destroy} opens nothing any more`;
      context.print(options.json ? JSON.stringify({ destroyed: destroy }) : text);
    });
  return approle;
}

function opened(
  context: CliContext,
  command: string,
  environmentName: string,
  role: string,
  { method }: CommonOptions,
  rights: readonly string[],
): { readonly vault: VaultClient; readonly place: AppRolePlace; readonly environment: Environment } {
  const environment = loadDeclared(environmentName, context);
  const { namespace, path, declared } = declaredAppRole(environment, role, method);
  const vault = vaultOf(environment, context, `leasehold approle ${command}`, rights.join(" and "));
  return {
    vault: vault.inNamespace(namespace),
    place: { path, role: declared.name },
    environment: inside(environment, namespace),
  };
}

/** The environment as whoever unwraps sees it. */
function inside(environment: Environment, namespace: string | undefined): Environment {
  if (namespace === undefined) return environment;
  const { vault } = environment;
  return { ...environment, vault: { ...vault, namespace: inNamespace(vault.namespace, namespace) } };
}

async function wrapped(
  vault: VaultClient,
  place: AppRolePlace,
  limits: SecretIdLimits,
  wrapTtl: Duration,
  { vault: { address, namespace } }: Environment,
): Promise<{ readonly wrapped: WrappedAnswer; readonly text: readonly string[] }> {
  const answer = await issueWrapped(vault, place, limits, parseDuration("--wrap-ttl", "wrapTtl", wrapTtl));
  return {
    wrapped: answer,
    text: [
      `wrapping token  ${answer.token}`,
      `made at         ${answer.creationPath}`,
      "",
      `It opens once, before ${new Date(answer.expires).toISOString()}. Where the program runs:`,
      `  VAULT_ADDR=${address} ${namespace === undefined ? "" : `VAULT_NAMESPACE=${namespace} `}VAULT_TOKEN=<wrapping token> vault unwrap -field=secret_id`,
      "If that is refused, somebody else has opened it, or its time is over: end the SecretID and issue another one.",
    ],
  };
}

async function unwrapped(vault: VaultClient, place: AppRolePlace, limits: SecretIdLimits) {
  const issued = await issueUnwrapped(vault, place, limits);
  const warning = "nothing shows whether somebody else has read this SecretID: keep it out of logs and history";
  return {
    ...issued,
    warning,
    text: [`SecretID        ${issued.secretId}`, `accessor        ${issued.accessor}`, "", `Warning: ${warning}.`],
  };
}

function listText(secretIds: readonly SecretId[]): string {
  if (secretIds.length === 0) return "the role has no SecretIDs";
  const columns = {
    accessor: "accessor",
    created: "created",
    expires: "expires",
    uses: "uses left",
    cidrs: "networks",
    metadata: "metadata",
  };
  return table(
    columns,
    secretIds.map(({ accessor, created, expires, usesLeft, cidrs, metadata }) => ({
      accessor,
      created: new Date(created).toISOString(),
      expires: expires === undefined ? "never" : new Date(expires).toISOString(),
      uses: usesLeft ?? "any number",
      cidrs: cidrs.join(", ") || "as the role",
      metadata: Object.entries(metadata)
        .map(([key, value]) => `${key}=${value}`)
        .join(", "),
    })),
  );
}

function uses(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1_000_000) return value;
  throw new InvalidArgumentError("Give a whole number from 1 to 1000000.");
}

function network(text: string, before: string[] = []): string[] {
  if (isCidr(text)) return [...before, text];
  throw new InvalidArgumentError(`Write it as in "10.0.0.0/8".`);
}

function pair(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { ...before, [key]: value };
  throw new InvalidArgumentError("Write it as in build=1234.");
}
