import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ciCommand } from "../../../cli/commands/ci";
import { testCommand } from "../in-process";
import { rejection, scratchFolder } from "../scratch";

describe("leasehold ci", () => {
  const ci = testCommand(ciCommand);
  const folder = scratchFolder();
  const at = (name: string) => join(folder(), name);
  const env = { PLAN_PASSPHRASE: "p".repeat(32) };

  it("seals a plan, and opens it for the same purpose alone", async () => {
    writeFileSync(at("plan"), "a plan");
    await ci(["seal", at("plan"), at("sealed"), "--for", "prod@1"], env);
    await ci(["open", at("sealed"), at("opened"), "--for", "prod@1"], env);
    expect(readFileSync(at("opened"), "utf8")).toBe("a plan");
    const refusal = await rejection(ci(["open", at("sealed"), at("opened"), "--for", "dev@1"], env));
    expect(refusal.message).toContain("does not open for dev@1");
  });

  it("does neither without a passphrase", async () => {
    writeFileSync(at("plan"), "a plan");
    const refusal = await rejection(ci(["seal", at("plan"), at("sealed"), "--for", "prod@1"]));
    expect(refusal.message).toMatch(/^\[PLAN_PASSPHRASE\] is not set: set it to 32 random characters/);
  });

  describe("comment", () => {
    const posted: unknown[] = [];
    const host = createServer((request, response) => {
      void text(request).then((body) => {
        if (request.method === "POST") posted.push(JSON.parse(body));
        response.end(request.method === "GET" ? "[]" : "{}");
      });
    });
    const github = () => ({
      GITHUB_API_URL: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
      GITHUB_REPOSITORY: "company/access",
      GITHUB_TOKEN: "t",
      PULL_REQUEST: "7",
    });

    beforeAll(() => new Promise<void>((done) => void host.listen(0, "127.0.0.1", done)));
    beforeEach(() => void posted.splice(0));
    afterAll(() => {
      host.close();
      host.closeAllConnections();
    });

    it("puts the review into the environment's comment", async () => {
      writeFileSync(at("review.md"), "<!-- leasehold-review: prod -->\n## Plan review");
      expect(await ci(["comment", "prod", at("review.md")], github())).toBe("the comment of prod is made");
      expect(posted).toEqual([{ body: "<!-- leasehold-review: prod -->\n## Plan review" }]);
    });

    it("says that the review failed where there is none, and not what else the file holds", async () => {
      writeFileSync(at("review.md"), "<!-- leasehold-review: dev -->\nof another environment");
      await ci(["comment", "prod", at("review.md")], github());
      expect(posted).toEqual([
        {
          body: "<!-- leasehold-review: prod -->\n## Plan review of `prod`: failed\n\nno plan could be made or reviewed; the job's log says why.\n",
        },
      ]);
    });

    it("knows its environments, and its file", async () => {
      expect((await rejection(ci(["comment", "prd", at("review.md")], github()))).message).toMatch(
        /there is no environment "prd": use one of dev, staging, prod/,
      );
      expect((await rejection(ci(["comment", "prod", at("none.md")], github()))).message).toMatch(
        /none\.md\] can't be read/,
      );
      expect(posted).toEqual([]);
    });
  });

  it("logs nobody in whose job has no id token", async () => {
    const refusal = await rejection(ci(["login", "prod", "--role", "plan"]));
    expect(refusal.message).toMatch(
      /^\[leasehold ci login\] the job has no id token: give it the permission id-token: write/,
    );
  });
});
