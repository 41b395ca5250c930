/** What a segment may be: one text, or any text that begins with it. */
interface Segment {
  readonly text: string;
  readonly open: boolean;
}

/**
 * The paths that a pattern of a policy matches, as a set. Unlike patterns, sets can be intersected without leaving the language:
 * `a/x*` and `a/+/c` meet in a set that no single pattern names.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#policy-syntax
 */
export class PathSet {
  private ownKey: string | undefined;

  private constructor(
    private readonly segments: readonly Segment[],
    /** Whether segments may follow the last. */
    private readonly open: boolean,
  ) {}

  /** The paths that a pattern matches: `+` is a segment, `*` at the end any rest. */
  static of(pattern: string): PathSet {
    const open = pattern.endsWith("*");
    const texts = (open ? pattern.slice(0, -1) : pattern).replace(/^\//, "").split("/");
    const segments = texts.map((text, at) =>
      text === "+" ? { text: "", open: true } : { text, open: open && at === texts.length - 1 },
    );
    return new PathSet(segments, open);
  }

  /** One path alone, whatever signs it has. */
  static ofPath(path: string): PathSet {
    return new PathSet(
      path.split("/").map((text) => ({ text, open: false })),
      false,
    );
  }

  /** The same for the same set. */
  get key(): string {
    return (this.ownKey ??= keyOf(this.segments, this.open));
  }

  /** How many segments its shortest path has. */
  get length(): number {
    return this.segments.length;
  }

  /** Whether its paths may have more segments than the shortest. */
  get isOpen(): boolean {
    return this.open;
  }

  /**
   * The pattern that names the set. Where none does it is written alike: `a/x~/c` are the paths of `a/+/c` whose second segment
   * begins with `x`.
   */
  get description(): string {
    const last = this.segments.length - 1;
    const parts = this.segments.map(({ text, open }, at) => {
      if (!open) return text;
      if (at === last && this.open) return `${text}*`;
      return text === "" ? "+" : `${text}~`;
    });
    return parts.join("/");
  }

  /** What both match; undefined where that is nothing. */
  intersect(other: PathSet): PathSet | undefined {
    const [short, long] = this.length <= other.length ? [this, other] : [other, this];
    if (short.length < long.length && !short.open) return undefined;
    const common: Segment[] = [];
    for (const [at, segment] of long.segments.entries()) {
      const opposite = short.segments[at];
      const met = opposite === undefined ? segment : meet(segment, opposite);
      if (met === undefined) return undefined;
      common.push(met);
    }
    return new PathSet(common, long.open && (short.length < long.length || short.open));
  }

  /** Whether it has all that the other has. */
  covers(other: PathSet): boolean {
    const fits = this.open ? other.length >= this.length : !other.open && other.length === this.length;
    return fits && this.segments.every((segment, at) => holds(segment, other.segments[at]));
  }

  /** Whether a path is in it. */
  has(path: string): boolean {
    return this.covers(PathSet.ofPath(path));
  }

  /** The paths that are in it when a slash is put at their end. */
  get folders(): PathSet[] {
    const above = this.segments.slice(0, -1);
    const ends = this.segments.at(-1)?.text === "" && above.length > 0;
    return [...(this.open ? [this] : []), ...(ends ? [new PathSet(above, false)] : [])];
  }

  /** The paths that it becomes when a slash is put at their end; of a set that is open, all that begin alike. */
  get listings(): PathSet {
    return this.open ? this : new PathSet([...this.segments, { text: "", open: false }], false);
  }

  /** A path of the set with so many segments, in which `word` stands wherever the set leaves a choice. */
  example(length: number, word: string): string {
    const rest = Array.from({ length: length - this.length }, () => word);
    return [...this.segments.map(({ text, open }) => (open ? `${text}${word}` : text)), ...rest].join("/");
  }

  /** Whether the text of one of its segments ends so. */
  hasTextEndingIn(end: string): boolean {
    return this.segments.some(({ text }) => text.endsWith(end));
  }
}

function keyOf(segments: readonly Segment[], open: boolean): string {
  return `${segments.map((each) => `${each.text}${each.open ? "\0" : ""}`).join("/")}${open ? "\0" : ""}`;
}

function meet(a: Segment, b: Segment): Segment | undefined {
  if (holds(a, b)) return b;
  return holds(b, a) ? a : undefined;
}

function holds({ text, open }: Segment, other: Segment | undefined): boolean {
  if (other === undefined) return false;
  return open ? other.text.startsWith(text) : !other.open && other.text === text;
}
