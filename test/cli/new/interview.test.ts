import { PassThrough } from "node:stream";
import { Interview, oneOf } from "../../../cli/new/interview";
import { rejection } from "../scratch";

/** A terminal at which each question is answered by the next of some lines. */
function terminalWith(...lines: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const left = [...lines];
  let shown = "";
  output.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    if (!text.endsWith(": ")) return;
    const line = left.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  return { input, output, shown: () => shown };
}

const tier = { flag: "--tier", text: "Tier", fallback: "dev", problem: oneOf(["dev", "prod"]) };
const name = { flag: "<name>", text: "Name" };

describe("Interview", () => {
  it("asks for what is missing, and then for the rest", async () => {
    const terminal = terminalWith("qa", "", "prod");
    const ask = new Interview("leasehold new", terminal);
    expect([await ask.answer(undefined, name), await ask.answer(undefined, tier)]).toEqual(["qa", "dev"]);
    expect(await ask.answer(undefined, tier)).toBe("prod");
    expect(terminal.shown()).toBe("Name: Tier [dev]: Tier [dev]: ");
  });

  it("asks nothing of whoever gave what is required", async () => {
    const terminal = terminalWith();
    const ask = new Interview("leasehold new", terminal);
    expect([await ask.answer("qa", name), await ask.answer(undefined, tier)]).toEqual(["qa", "dev"]);
    expect(terminal.shown()).toBe("");
  });

  it("asks again until an answer fits", async () => {
    const terminal = terminalWith("", "qa", "gold", "prod");
    const ask = new Interview("leasehold new", terminal);
    expect([await ask.answer(undefined, name), await ask.answer(undefined, tier)]).toEqual(["qa", "prod"]);
    expect(terminal.shown()).toContain('"" is no answer');
    expect(terminal.shown()).toContain('"gold" is none of dev, prod');
  });

  it("refuses a flag's wrong value without asking", async () => {
    const message = (await rejection(new Interview("leasehold new", terminalWith()).answer("gold", tier))).message;
    expect(message).toBe('[leasehold new] --tier "gold" is none of dev, prod: give another --tier');
  });

  it("ends when the person leaves, or there is none", async () => {
    const left = await rejection(new Interview("leasehold new", terminalWith()).answer(undefined, name));
    expect(left.message).toContain("<name> was not answered");
    const none = await rejection(new Interview("leasehold new", undefined).answer(undefined, name));
    expect(none.message).toContain("<name> is missing, and there is no terminal to ask at");
  });
});
