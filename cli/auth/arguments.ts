import { InvalidArgumentError } from "commander";
import { type Duration, durationForm, isDuration } from "../../constructs/core/duration";

/** A duration of the command line. */
export function duration(text: string): Duration {
  if (isDuration(text)) return text;
  throw new InvalidArgumentError(`Write ${durationForm}.`);
}
