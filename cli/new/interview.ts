import { createInterface } from "node:readline/promises";
import { LeaseholdError, show } from "../../constructs/core/errors";

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

export interface Question {
  /** What gives the answer on the command line: `--host`, `<name>`. */
  readonly flag: string;
  readonly text: string;
  /** What is taken where nobody answers. @default an answer is required */
  readonly fallback?: string | undefined;
  /** What is wrong with an answer, in a sentence that begins behind it; undefined where nothing is. */
  readonly problem?: (answer: string) => string | undefined;
}

/** The terminal that a person sits at; undefined in a pipe. */
export function ownTerminal(): Terminal | undefined {
  return process.stdin.isTTY ? { input: process.stdin, output: process.stderr } : undefined;
}

/** Gets what a command needs: from its flags, or else from the person at the terminal. */
export class Interview {
  /** Whoever left out what is required is asked about the rest too; whoever gave it is not bothered. */
  private begun = false;

  constructor(
    private readonly command: string,
    private readonly terminal: Terminal | undefined,
  ) {}

  /**
   * The answer to a question.
   *
   * @throws LeaseholdError that names the flag when it was given a wrong answer, or there is no answer and nobody to ask.
   */
  async answer(given: string | undefined, question: Question): Promise<string> {
    const { flag, fallback, problem } = question;
    if (given !== undefined) {
      const wrong = problem?.(given);
      if (wrong === undefined) return given;
      throw new LeaseholdError(this.command, `${flag} ${show(given)} ${wrong}`, `give another ${flag}`);
    }
    if (fallback !== undefined && !(this.begun && this.terminal)) return fallback;
    if (this.terminal === undefined) {
      throw new LeaseholdError(this.command, `${flag} is missing, and there is no terminal to ask at`, `give ${flag}`);
    }
    this.begun = true;
    return this.ask(question, this.terminal);
  }

  private async ask({ flag, text, fallback, problem }: Question, { input, output }: Terminal): Promise<string> {
    const terminal = createInterface({ input, output });
    const gone = new Promise<never>((_, reject) => {
      const left = new LeaseholdError(this.command, `${flag} was not answered`, `answer, or give ${flag}`);
      terminal.once("close", () => reject(left));
    });
    gone.catch(() => undefined); // it is closed in the end, answered or not
    try {
      for (;;) {
        const shown = fallback === undefined || fallback === "" ? "" : ` [${fallback}]`;
        const typed = (await Promise.race([terminal.question(`${text}${shown}: `), gone])).trim();
        const answer = typed === "" ? fallback : typed;
        const wrong = answer === undefined ? "is no answer" : problem?.(answer);
        if (answer !== undefined && wrong === undefined) return answer;
        output.write(`${show(typed)} ${wrong ?? ""}\n`);
      }
    } finally {
      terminal.close();
    }
  }
}

/** Refuses what is none of some words. */
export function oneOf(words: readonly string[]): (answer: string) => string | undefined {
  return (answer) => (words.includes(answer) ? undefined : `is none of ${words.join(", ")}`);
}
