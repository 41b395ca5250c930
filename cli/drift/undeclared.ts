import { z } from "zod";
import { LeaseholdError } from "../../constructs/core/errors";
import { PolicyDocument } from "../../policies/language/policy-document";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { readPolicyText } from "../../policies/parser/parse-policy";
import type { VaultClient } from "../vault-client";
import type { DeclaredNames } from "./declared-names";
import { type DriftFinding, joinLooks, type Look } from "./finding";
import { lookAt, nothing } from "./looking";

/** What there is under the declared mounts and nobody declared; other mounts are information. Nothing is changed. */
export async function findUndeclared(
  vault: VaultClient,
  declared: DeclaredNames,
  deployer: PolicyDocument,
): Promise<Look> {
  const looks: Look[] = [];
  for (const { noun, path } of declared.listings()) {
    looks.push(
      await lookAt(path, async () => ({
        ...nothing,
        findings: (await vault.list(path))
          .filter((name) => !declared.has(`${path}/${name}`))
          .map((name) => undeclared(`${path}/${name}`, noun)),
      })),
    );
  }
  looks.push(await lookAt("sys/policies/acl", () => undeclaredPolicies(vault, declared, deployer)));
  looks.push(await lookAt("sys/mounts", () => otherMounts(vault, declared, "secrets")));
  looks.push(await lookAt("sys/auth", () => otherMounts(vault, declared, "auth")));
  return joinLooks(looks);
}

function undeclared(path: string, noun: string): DriftFinding {
  return {
    kind: "undeclared",
    what: path,
    problem: `nobody declared this ${noun}`,
    remedy: "declare it, or remove it by hand",
  };
}

/** Vault and OpenBao make these themselves. */
const ownPolicies = ["root", "default", "response-wrapping", "control-group"];
const policyAnswer = z.object({ data: z.object({ policy: z.string() }) });

/**
 * A policy that nobody declared is a finding where a rule names something in a declared mount: it gives what is ours. One whose
 * rules are wider than a mount, such as an administrator's, is information, and any other one is somebody else's. So is the
 * policy that deploys the environment, as long as it is the one that its declaration asks for: it is written by hand.
 */
async function undeclaredPolicies(
  vault: VaultClient,
  { mounts, policies }: DeclaredNames,
  deployer: PolicyDocument,
): Promise<Look> {
  const names = (await vault.list("sys/policies/acl")).filter(
    (name) => !policies.has(name) && !ownPolicies.includes(name),
  );
  const roots = mounts.map(({ kind, path }) => (kind === "auth" ? `auth/${path}/` : `${path}/`));
  const looks: Look[] = [];
  for (const name of names) {
    const where = `sys/policies/acl/${name}`;
    looks.push(
      await lookAt(where, async () => {
        const { data } = await vault.read(`sys/policies/acl/${encodeURIComponent(name)}`, policyAnswer);
        return judged(where, data.policy, { roots, deployer });
      }),
    );
  }
  return joinLooks(looks);
}

function judged(
  where: string,
  text: string,
  { roots, deployer }: { readonly roots: readonly string[]; readonly deployer: PolicyDocument },
): Look {
  const rules = rulesOf(where, text);
  if (rules === undefined) {
    return { ...nothing, information: [`${where} is not declared, and is written so that it could not be read`] };
  }
  if (new PolicyDocument(rules).toJson() === deployer.toJson()) return nothing;
  const paths = rules.filter((rule) => !rule.capabilities.includes("deny")).map((rule) => rule.path.replace(/^\//, ""));
  const ours = paths.filter((path) => roots.some((root) => path.startsWith(root)));
  if (ours.length > 0) {
    const finding = undeclared(where, "policy");
    return {
      ...nothing,
      findings: [{ ...finding, problem: `nobody declared this policy, which gives ${some(ours)}` }],
    };
  }
  const wide = paths.filter((path) => roots.some((root) => overlaps(path, root)));
  if (wide.length === 0) return nothing;
  return { ...nothing, information: [`${where} is not declared, and reaches the declared mounts with ${some(wide)}`] };
}

function rulesOf(where: string, text: string): readonly PolicyRule[] | undefined {
  try {
    return readPolicyText(text, { file: where }).rules;
  } catch (thrown) {
    if (thrown instanceof LeaseholdError) return undefined;
    throw thrown;
  }
}

/** Whether a pattern with wildcards matches something below a mount. */
function overlaps(pattern: string, root: string): boolean {
  const open = pattern.endsWith("*");
  const segments = (open ? pattern.slice(0, -1) : pattern).split("/");
  const wanted = root.slice(0, -1).split("/");
  for (const [at, segment] of wanted.entries()) {
    const given = segments[at];
    if (given === undefined) return false;
    if (open && at === segments.length - 1) return segment.startsWith(given);
    if (given !== "+" && given !== segment) return false;
  }
  return segments.length > wanted.length;
}

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).map((path) => `"${path}"`);
  const more = paths.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

const mountsAnswer = z.object({ data: z.record(z.string(), z.object({ type: z.string() })) });
/** Every server has these. */
const ownMounts = ["system", "identity", "cubbyhole", "token", "ns_system", "ns_identity", "ns_cubbyhole", "ns_token"];

async function otherMounts(vault: VaultClient, { mounts }: DeclaredNames, kind: "secrets" | "auth"): Promise<Look> {
  const { data } = await vault.read(kind === "auth" ? "sys/auth" : "sys/mounts", mountsAnswer);
  const ours = mounts.filter((mount) => mount.kind === kind).map(({ path }) => `${path}/`);
  const others = Object.entries(data).filter(([path, { type }]) => !ours.includes(path) && !ownMounts.includes(type));
  const words = kind === "auth" ? "auth method" : "mount";
  return {
    ...nothing,
    information: others.map(
      ([path, { type }]) => `${kind === "auth" ? "auth/" : ""}${path} is a ${type} ${words} that is not declared here`,
    ),
  };
}
