import { z } from "zod";
import { Evaluator, type NamedPolicy } from "../../policies/evaluator/evaluator";
import { isRootProtected, rootProtectedPaths } from "../../policies/evaluator/root-protected";
import { PolicyTrial } from "./policy-trial";
import { describeOnEachServer } from "./rig";

const pathsAnswer = z.object({ paths: z.record(z.string(), z.object({ "x-vault-sudo": z.boolean().optional() })) });

/** A request for one of these would seal the server, or have it give up its place: only the refusal can be tried. */
const drastic = ["sys/seal", "sys/step-down"];

describeOnEachServer("the root-protected paths", (product, lab) => {
  const trial = new PolicyTrial(lab);
  const everything = ["create", "read", "update", "patch", "delete", "list"] as const;
  const policies = (["plain", "sudo"] as const).map((name): NamedPolicy => ({
    name: `t40-${name}`,
    rules: [{ path: "*", capabilities: name === "sudo" ? [...everything, "sudo"] : everything, reason: "a test" }],
  }));
  const [plain, sudo] = policies.map((policy) => new Evaluator([policy], { product })) as [Evaluator, Evaluator];
  let tokens: Readonly<Record<"plain" | "sudo", string>>;

  beforeAll(async () => {
    await trial.write(policies);
    tokens = { plain: await trial.token(["t40-plain"]), sudo: await trial.token(["t40-sudo"]) };
  });

  afterAll(() => trial.removePolicies());

  it.each(rootProtectedPaths[product])("need sudo: %s", async (pattern) => {
    const path = pattern.replace("*", pattern.endsWith("/*") ? "none" : "");
    // A listing asks with the slash at the end; a read changes nothing.
    const capability = drastic.includes(path) ? "update" : path.endsWith("/") ? "list" : "read";
    const request = { path, capability } as const;
    expect(plain.decide(request)).toMatchObject({ allowed: false, cause: "sudo", needsSudo: true });
    expect(await trial.allows(tokens.plain, request)).toBe(false);
    expect(sudo.decide(request)).toMatchObject({ allowed: true, needsSudo: true });
    if (!drastic.includes(path)) expect(await trial.allows(tokens.sudo, request)).toBe(true);
  });

  it.each([
    "sys/mounts",
    "sys/auth",
    "sys/policies/acl",
    "sys/plugins/catalog",
    "sys/internal/ui/mounts",
    "sys/host-info",
  ])("are not %s, which needs no sudo", async (path) => {
    const request = { path, capability: "read" } as const;
    expect(plain.decide(request)).toMatchObject({ allowed: true, needsSudo: false });
    expect(await trial.allows(tokens.plain, request)).toBe(true);
  });

  it("are those that the server's own description names", async () => {
    const { paths } = await lab.operator().read("sys/internal/specs/openapi", pathsAnswer);
    const described = Object.entries(paths)
      .filter(([path]) => /^\/(sys|auth\/token)\//.test(path))
      // These need it by themselves; OpenBao's description forgets them.
      .filter(([path]) => !drastic.includes(path.slice(1)))
      .map(([path, { "x-vault-sudo": needed = false }]) => ({
        path: path.slice(1).replaceAll(/\{[^}]*\}/g, "none"),
        needed,
      }));
    expect(described.filter(({ needed }) => needed).length).toBeGreaterThan(10);
    expect(described.map(({ path }) => ({ path, needed: isRootProtected(path, product) }))).toEqual(described);
  });
});
