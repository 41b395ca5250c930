import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newCommand } from "../../../cli/commands/new";
import { projectRoot } from "../../../cli/context";
import type { Terminal } from "../../../cli/new/interview";
import { messageOf } from "../../../constructs/core/errors";
import { hostEnvironment } from "../../../environments/load";
import { write } from "../scratch";

/** What commands may write is copied; what that builds on is only linked, which saves compiling it for each test. */
const copied = ["environments", "main.ts"];
const linked = ["cli", "constructs", "policies", "stacks", "node_modules"];
const settings = [".prettierrc.json", ".prettierignore", "cdktf.json", "package.json", "tsconfig.json"];

/** The project's declarations in a folder of their own, with all that it takes to check them there. */
export class ProjectCopy {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "leasehold-unit-")));

  constructor() {
    for (const each of [...copied, ...settings]) {
      cpSync(join(projectRoot, each), join(this.root, each), { recursive: true });
    }
    for (const each of linked) symlinkSync(join(projectRoot, each), join(this.root, each));
  }

  /** Every declaration's text, by its path below `environments`. */
  files(): Record<string, string> {
    const folder = join(this.root, "environments");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  }

  text(name: string): string {
    return readFileSync(join(this.root, "environments", name), "utf8");
  }

  /** Changes a declaration as a person would. */
  edit(name: string, from: string, to: string): void {
    const text = this.text(name);
    if (!text.includes(from)) throw new Error(`${name} holds no ${from}`);
    write(join(this.root, "environments", name), text.replace(from, to));
  }

  /** What `leasehold new` prints. */
  async new(args: readonly string[], terminal?: Terminal): Promise<string> {
    const printed: string[] = [];
    const context = { root: this.root, env: hostEnvironment(), print: (text: string) => void printed.push(text) };
    const command = newCommand(context, () => terminal);
    for (const each of [command, ...command.commands]) {
      each.exitOverride().configureOutput({ writeErr: () => undefined });
    }
    await command.parseAsync([...args], { from: "user" });
    return printed.join("\n");
  }

  /** Why `leasehold new` refuses; no declaration may have changed by it. */
  async refusal(args: readonly string[]): Promise<string> {
    const before = this.files();
    const message = await this.new(args).then(() => "nothing was refused", messageOf);
    expect(this.files()).toEqual(before);
    return message;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
