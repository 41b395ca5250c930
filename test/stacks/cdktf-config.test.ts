import { readFileSync } from "node:fs";
import { resolve } from "node:path";

it("cdktf runs main.ts with node itself, so that no shell script stands in between", () => {
  const config = JSON.parse(readFileSync(resolve(__dirname, "../../cdktf.json"), "utf8")) as Record<string, unknown>;
  expect(config).toMatchObject({ language: "typescript", app: "node --import tsx main.ts", sendCrashReports: "false" });
});
