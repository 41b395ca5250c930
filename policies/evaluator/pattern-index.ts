import type { PathPattern } from "./path-pattern";

/** What belongs to a pattern; of two that match, the one with the higher rank decides. */
interface Entry<T> {
  readonly value: T;
  readonly rank: number;
}

/** What follows the same segments. */
class Branch<T> {
  readonly literals = new Map<string, Branch<T>>();
  /** Behind a `+`. */
  any: Branch<T> | undefined;
  /** The pattern that ends here. */
  closed: Entry<T> | undefined;
  /** The patterns that end in a text and `*`, by the text. */
  private readonly open = new Map<string, Entry<T>>();
  /** Lengths of the texts, the longest first. */
  private lengths: number[] = [];

  follow(segment: string): Branch<T> {
    if (segment === "+") return (this.any ??= new Branch());
    const next = this.literals.get(segment) ?? new Branch<T>();
    this.literals.set(segment, next);
    return next;
  }

  end(text: string, entry: Entry<T>): void {
    this.open.set(text, entry);
    this.lengths = [...new Set([...this.lengths, text.length])].sort((a, b) => b - a);
  }

  /** The longest text that the segment begins with: it has priority over the shorter ones. */
  openOn(segment: string): Entry<T> | undefined {
    for (const length of this.lengths) {
      if (length > segment.length) continue;
      const entry = this.open.get(segment.slice(0, length));
      if (entry !== undefined) return entry;
    }
    return undefined;
  }
}

/** Finds the pattern with the highest priority that matches a path, without a look at those that begin otherwise. */
export class PatternIndex<T extends { readonly pattern: PathPattern }> {
  private readonly root = new Branch<T>();

  constructor(values: Iterable<T>) {
    const sorted = [...values].sort((a, b) => a.pattern.compare(b.pattern));
    for (const [rank, value] of sorted.entries()) this.insert({ value, rank });
  }

  /** Undefined where none matches. */
  match(path: string): T | undefined {
    return best(this.root, path.split("/"), 0, undefined)?.value;
  }

  private insert(entry: Entry<T>): void {
    const { segments, open } = entry.value.pattern;
    let branch = this.root;
    for (const segment of open ? segments.slice(0, -1) : segments) branch = branch.follow(segment);
    if (open) branch.end(segments.at(-1) ?? "", entry);
    else branch.closed = entry;
  }
}

function best<T>(
  branch: Branch<T>,
  segments: readonly string[],
  at: number,
  found: Entry<T> | undefined,
): Entry<T> | undefined {
  const segment = segments[at];
  if (segment === undefined) return higher(found, branch.closed);
  let result = higher(found, branch.openOn(segment));
  const literal = branch.literals.get(segment);
  if (literal !== undefined) result = best(literal, segments, at + 1, result);
  return branch.any === undefined ? result : best(branch.any, segments, at + 1, result);
}

function higher<T>(a: Entry<T> | undefined, b: Entry<T> | undefined): Entry<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.rank > b.rank ? a : b;
}
