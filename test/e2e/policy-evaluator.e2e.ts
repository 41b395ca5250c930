import fc from "fast-check";
import { z } from "zod";
import type { VaultClient } from "../../cli/vault-client";
import { Evaluator, type NamedPolicy } from "../../policies/evaluator";
import { capabilities } from "../../policies/capability";
import type { PolicyRule } from "../../policies/policy-rule";
import { PolicyDocument } from "../../policies/policy-document";
import { describeOnEachServer } from "./rig";

const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const capabilitiesAnswer = z.object({ data: z.record(z.string(), z.unknown()) });
const policySets = 60;
const pathsOfEach = 100;

/** Few words, so that patterns overlap and paths hit them. */
const word = fc.constantFrom("a", "b", "ab", "abc", "creds", "x");
const segment = fc.oneof({ weight: 4, arbitrary: word }, { weight: 2, arbitrary: fc.constant("+") });
const pattern = fc
  .tuple(word, fc.array(segment, { maxLength: 3 }), fc.constantFrom("", "", "*", "/*", "/"))
  .map(([first, rest, end]) => {
    const text = [first, ...rest].join("/");
    // A + is a whole segment: nothing may follow it but a slash.
    return text.endsWith("+") && end === "*" ? text : `${text}${end}`;
  });
const rule = fc.record<PolicyRule>({
  path: pattern,
  capabilities: fc.uniqueArray(fc.constantFrom(...capabilities), { minLength: 1, maxLength: 4 }),
  reason: fc.constant("random"),
});
const policySet = fc.array(fc.array(rule, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 });
const path = fc
  .tuple(word, fc.array(word, { maxLength: 4 }), fc.constantFrom("", "", "/"))
  .map(([first, rest, end]) => `${[first, ...rest].join("/")}${end}`);
const paths = fc.uniqueArray(path, { minLength: pathsOfEach, maxLength: pathsOfEach });

describeOnEachServer("the evaluator of policies", (product, lab) => {
  const vault = () => lab.operator();

  it(`T40: agrees with the server on ${policySets} random sets of policies and ${policySets * pathsOfEach} paths`, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(policySet, paths, async (sets, asked) => {
        const policies = sets.map((rules, at) => ({ name: `t40-${at}`, document: new PolicyDocument(rules) }));
        const answers = await answersOf(vault(), policies, asked);
        const evaluator = new Evaluator(policies, product);
        for (const each of asked) {
          expect({ path: each, may: [...evaluator.on(each).capabilities].sort() }).toEqual({
            path: each,
            may: answers[each],
          });
          compared += 1;
        }
      }),
      { numRuns: policySets, endOnFailure: true },
    );
    expect(compared).toBe(policySets * pathsOfEach);
  }, 300_000);

  afterAll(async () => {
    for (const at of [0, 1, 2]) await vault().delete(`sys/policies/acl/t40-${at}`);
  });
});

/** What the server says that a token with these policies may do on each path. */
async function answersOf(
  vault: VaultClient,
  policies: readonly NamedPolicy[],
  asked: readonly string[],
): Promise<Readonly<Record<string, string[]>>> {
  for (const { name, document } of policies) {
    await vault.write(`sys/policies/acl/${name}`, { policy: document.toHcl() });
  }
  const body = { policies: policies.map(({ name }) => name), no_default_policy: true, ttl: "5m" };
  const { auth } = await vault.ask("auth/token/create", body, tokenAnswer);
  const answer = await vault.ask("sys/capabilities", { token: auth.client_token, paths: asked }, capabilitiesAnswer);
  await vault.write("auth/token/revoke", { token: auth.client_token });
  const lists = z.array(z.string());
  return Object.fromEntries(asked.map((each) => [each, lists.parse(answer.data[each]).sort()]));
}
