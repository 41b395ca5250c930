import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { projectRoot } from "../../cli/context";
import type { ServerProduct } from "../../cli/parts/vault-binary";
import { unknownCapabilities } from "../../policies/evaluator/policy-server";
import { capabilities } from "../../policies/language/capability";
import { parsePolicy } from "../../policies/parser/parse-policy";
import { messageOf } from "../../constructs/core/errors";
import { PolicyDocument } from "../../policies/language/policy-document";
import { jsonOf, randomRule } from "../helpers/policy-rules";
import { describeOnEachServer } from "./rig";

const documents = 200;
const tokenAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const capabilitiesAnswer = z.object({ data: z.record(z.string(), z.unknown()) });
const [inHcl, inJson] = ["language-hcl", "language-json"];

/** OpenBao refuses the whole policy for a key or a capability that it lacks. */
function documentsFor(product: ServerProduct): fc.Arbitrary<PolicyDocument> {
  const known = capabilities.filter((each) => !unknownCapabilities[product].includes(each));
  return fc.array(randomRule(known), { minLength: 1, maxLength: 3 }).map((rules) => new PolicyDocument(rules));
}

describeOnEachServer("the policy language", (product, lab) => {
  const vault = () => lab.operator();
  const tokenOf = async (policy: string) => {
    const { auth } = await vault().ask(
      "auth/token/create",
      { policies: [policy], no_default_policy: true, ttl: "5m" },
      tokenAnswer,
    );
    return auth.client_token;
  };
  const answers = async (token: string, paths: readonly string[]) =>
    (await vault().ask("sys/capabilities", { token, paths }, capabilitiesAnswer)).data;
  const put = (name: string, policy: string) => vault().write(`sys/policies/acl/${name}`, { policy });

  afterAll(async () => {
    for (const name of [inHcl, inJson]) await vault().delete(`sys/policies/acl/${name}`);
  });

  it(`has ${documents} random documents accepted in HCL, and in JSON where it can hold them, and understands both alike`, async () => {
    const [one, other] = [await tokenOf(inHcl), await tokenOf(inJson)];
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(documentsFor(product), async (document) => {
        await put(inHcl, document.toHcl());
        const json = jsonOf(document);
        if (json === undefined) return;
        compared += 1;
        await put(inJson, json);
        const paths = document.rules.map(({ path }) => path.replaceAll("+", "any").replace(/\*$/, "end"));
        expect(await answers(one, paths)).toEqual(await answers(other, paths));
      }),
      { numRuns: documents },
    );
    expect(compared).toBeGreaterThan(documents / 4);
  });

  it("has every policy of the library accepted, in both forms", async () => {
    const folder = join(projectRoot, "policies", "library");
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), "utf8");
      const { document } = await parsePolicy(text, { file });
      await put(inHcl, text);
      await put(inHcl, document.toHcl());
      await put(inJson, document.toJson());
    }
  });

  it("holds rules to values in either form", async () => {
    const document = new PolicyDocument([
      {
        path: "cubbyhole/*",
        capabilities: ["create", "update"],
        reason: "a test",
        allowedParameters: { text: ['${"a"}', "b*"], object: [{ a: "b" }] },
      },
    ]);
    for (const policy of [document.toHcl(), document.toJson()]) {
      await put(inHcl, policy);
      const holder = vault().withToken(await tokenOf(inHcl));
      const write = (body: Record<string, unknown>) => holder.write("cubbyhole/x", body);
      for (const body of [{ text: '${"a"}' }, { text: "bc" }, { object: { a: "b" } }]) await write(body);
      for (const body of [{ text: "c" }, { object: { a: "c" } }, { other: 1 }]) {
        const answer = await write(body).then(() => "allowed", messageOf);
        expect({ body, answer }).toEqual({ body, answer: expect.stringContaining("Vault answered 403") as string });
      }
    }
  });

  it("loses a boolean in JSON, which is why Leasehold writes none there", async () => {
    const values = {
      path: { "cubbyhole/*": { capabilities: ["create", "update"], allowed_parameters: { flag: [true] } } },
    };
    await put(inJson, JSON.stringify(values));
    await vault()
      .withToken(await tokenOf(inJson))
      .write("cubbyhole/x", { flag: false });
  });
});
