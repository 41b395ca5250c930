import fc from "fast-check";
import { Evaluator, type NamedPolicy } from "../../policies/evaluator/evaluator";
import { fillTemplates, type Identity } from "../../policies/evaluator/identity";
import { withAccessors } from "../../policies/language/identity-template";
import type { PolicyRule } from "../../policies/language/policy-rule";
import { testContext } from "./parts";
import {
  arbitraryConstraints,
  arbitraryMetadata,
  arbitraryPolicies,
  arbitraryRequest,
  arbitraryTemplates,
  trialPaths,
} from "./policy-arbitraries";
import { PolicyCaller } from "./policy-caller";
import { PolicyTrial } from "./policy-trial";
import { describeOnEachServer } from "./rig";

/** How often each property is tried, times what `T40_SCALE` says. */
const scale = Number(testContext().env.T40_SCALE ?? 1);
const policySets = 60 * scale;
const pathsOfEach = 100;
const constrainedSets = 60 * scale;
const requestsOfEach = 20;
const templatedSets = 40 * scale;
const requestsOfTemplates = 10;
const mount = "t40-kv";

const named = (sets: readonly (readonly PolicyRule[])[]): NamedPolicy[] =>
  sets.map((rules, at) => ({ name: `t40-${at}`, rules }));

describeOnEachServer("the evaluator of policies", (product, lab) => {
  const trial = new PolicyTrial(lab);
  const operator = () => lab.operator();
  let compared = 0;
  const agree = async <T>(property: fc.IAsyncPropertyWithHooks<T>, numRuns: number) => {
    compared = 0;
    await fc.assert(property, { numRuns, endOnFailure: true });
  };

  beforeAll(async () => {
    await operator().write(`sys/mounts/${mount}`, { type: "kv", options: { version: "1" } });
    for (const path of trialPaths.present) await operator().write(`${mount}/${path}`, { foo: "a" });
  });

  afterAll(async () => {
    await trial.removePolicies();
    await operator().delete(`sys/mounts/${mount}`);
  });

  it(`T40: agrees with the server on ${policySets} random sets of policies and ${policySets * pathsOfEach} paths`, async () => {
    await agree(
      fc.asyncProperty(arbitraryPolicies(product, pathsOfEach), async ([sets, paths]) => {
        const policies = named(sets);
        expect(await trial.write(policies)).toBe(true);
        const token = await trial.token(policies.map(({ name }) => name));
        const answers = await trial.capabilities(token, paths);
        await trial.revoke(token);
        const evaluator = new Evaluator(policies, { product });
        for (const path of paths) {
          expect({ path, may: [...evaluator.on(path).capabilities].sort() }).toEqual({ path, may: answers.get(path) });
          compared += 1;
        }
      }),
      policySets,
    );
    expect(compared).toBe(policySets * pathsOfEach);
  }, 3_600_000);

  it(`T40: agrees with the server on ${constrainedSets * requestsOfEach} requests under random constraints`, async () => {
    const requests = fc.array(arbitraryRequest(mount), { minLength: requestsOfEach, maxLength: requestsOfEach });
    const causes = new Map<string, number>();
    await agree(
      fc.asyncProperty(arbitraryConstraints(mount), requests, async (sets, asked) => {
        const policies = named(sets);
        expect(await trial.write(policies)).toBe(true);
        const token = await trial.token(policies.map(({ name }) => name));
        const evaluator = new Evaluator(policies, { product });
        for (const request of asked) {
          const { allowed, cause } = evaluator.decide(request);
          expect({ request, cause, allowed }).toEqual({ request, cause, allowed: await trial.allows(token, request) });
          if (allowed && request.capability === "create") await operator().delete(request.path);
          if (allowed && request.capability === "delete") await operator().write(request.path, { foo: "a" });
          causes.set(cause, (causes.get(cause) ?? 0) + 1);
          compared += 1;
        }
        await trial.revoke(token);
      }),
      constrainedSets,
    );
    expect(compared).toBe(constrainedSets * requestsOfEach);
    // All of them occur, or the requests would prove little.
    expect([...causes.keys()].sort()).toEqual([
      "capability",
      "denied",
      "denied-parameter",
      "granted",
      "no-rule",
      "not-allowed-parameter",
      "required",
      "wrapping",
    ]);
  }, 3_600_000);

  it(`T40: agrees with the server on ${templatedSets} random sets of templates for somebody who logged in`, async () => {
    const caller = await PolicyCaller.logIn(operator(), "t40-userpass", ["t40-0", "t40-1"]);
    try {
      const metadata = fc.tuple(arbitraryMetadata(), arbitraryMetadata({ empty: false }), arbitraryMetadata());
      const rules = arbitraryTemplates(mount, caller.identity([{}, {}, {}]));
      await agree(
        // The servers refuse custom metadata that is empty.
        fc.asyncProperty(metadata, rules, rules, async (known, ...sets) => {
          await caller.become(known);
          await judgeTemplates(caller, caller.identity(known), named(sets));
        }),
        templatedSets,
      );
    } finally {
      await caller.remove();
    }
  }, 3_600_000);

  async function judgeTemplates(caller: PolicyCaller, identity: Identity, policies: readonly NamedPolicy[]) {
    const written = policies.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => ({ ...rule, path: withAccessors(rule.path, (path) => caller.accessorOf(path)) })),
    }));
    expect(await trial.write(written)).toBe(true);
    const evaluator = new Evaluator(policies, { product, identity });
    const paths = hits(
      policies.flatMap(({ rules }) => rules),
      identity,
    );
    const unreadable = evaluator.decide({ path: "any", capability: "read" }).cause === "unreadable";
    const answers = unreadable ? undefined : await trial.capabilities(caller.token, paths);
    for (const path of paths) {
      const may = [...evaluator.on(path).capabilities].sort();
      if (answers !== undefined) expect({ path, may }).toEqual({ path, may: answers.get(path) });
      compared += 1;
    }
    for (const path of paths.filter((each) => !/\/\/|\/$/.test(each)).slice(0, requestsOfTemplates)) {
      const allowed = await trial.allows(caller.token, { path, capability: "read" });
      expect({ path, allowed: evaluator.allows(path, "read") }).toEqual({ path, allowed });
      compared += 1;
    }
  }

  /** Paths that the rules may match, whichever server fills their templates in. */
  function hits(rules: readonly PolicyRule[], identity: Identity): string[] {
    const filled = rules.flatMap(({ path }) => {
      const result = fillTemplates(path, identity, "vault");
      return "path" in result ? [result.path] : [];
    });
    const made = filled.flatMap((path) => ["a", "b/x"].map((each) => path.replaceAll(/[+*]/g, each)));
    return [...new Set([...filled, ...made, `${mount}/a`, `${mount}/a/b`, `${mount}/x`])];
  }

  it("T40: agrees with the server on which policies it can't read", async () => {
    const unreadable = ["+*", "a/+*", "{{a", "a}}", "{{a}}}}", "{{a{{b}}"];
    for (const path of [...unreadable, "{{a}}{{b}}", "a+", "**"]) {
      const policies = named([[{ path, capabilities: ["read"], reason: "a test" }]]);
      const refused =
        new Evaluator(policies, { product }).decide({ path: "a", capability: "read" }).cause === "unreadable";
      expect({ path, refused }).toEqual({ path, refused: !(await trial.write(policies)) });
      expect({ path, refused }).toEqual({ path, refused: unreadable.includes(path) });
    }
    for (const capability of ["subscribe", "recover", "patch"] as const) {
      const policies = named([[{ path: "a", capabilities: [capability], reason: "a test" }]]);
      const refused = new Evaluator(policies, { product }).decide({ path: "a", capability }).cause === "unreadable";
      expect({ capability, refused }).toEqual({ capability, refused: !(await trial.write(policies)) });
    }
  });

  it("T40: agrees with the server on the root policy", async () => {
    const evaluator = new Evaluator([{ name: "root", rules: [] }], { product });
    const answers = await trial.capabilities(lab.rootToken(), ["a", "sys/raw"]);
    expect([...answers.values()]).toEqual([evaluator.on("a").capabilities, evaluator.on("sys/raw").capabilities]);
  });
});
