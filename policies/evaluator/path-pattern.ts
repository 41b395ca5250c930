/**
 * The path of a rule, read as the servers read it: `+` stands for a segment where it is a whole one, `*` at the end for any rest.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#policy-syntax
 */
export class PathPattern {
  /** The path, without the `/` that it may begin with. */
  readonly path: string;
  /** Whether it ends in `*`. */
  readonly open: boolean;
  /** Without the `*` at the end. */
  readonly segments: readonly string[];
  private readonly segmented: boolean;
  private readonly priority: Priority;

  constructor(path: string) {
    this.path = path.startsWith("/") ? path.slice(1) : path;
    this.open = this.path.endsWith("*");
    const text = this.open ? this.path.slice(0, -1) : this.path;
    this.segments = text.split("/");
    // A + at the beginning of a later segment has the path treated so too, although there it stands for itself.
    this.segmented = this.path === "+" || this.path.startsWith("+/") || this.path.includes("/+");
    const bytes = bytesOf(text);
    this.priority = {
      firstWildcard: this.segmented ? bytes.indexOf("+") : bytes.length,
      closed: Number(!this.open),
      literals: -this.segments.filter((segment) => segment === "+").length,
      length: bytes.length,
      bytes,
    };
  }

  /** Whether it matches one path alone. */
  get exact(): boolean {
    return !this.open && !this.segmented;
  }

  /** Whether the servers can read a policy with it. */
  get readable(): boolean {
    return !this.path.includes("+*");
  }

  /** Less than zero when this one gives way to the other, where both match. */
  compare(other: PathPattern): number {
    const [left, right] = [this.priority, other.priority];
    return (
      left.firstWildcard - right.firstWildcard ||
      left.closed - right.closed ||
      left.literals - right.literals ||
      left.length - right.length ||
      (left.bytes < right.bytes ? -1 : 1)
    );
  }
}

/** What decides between two patterns, in this order; more has priority. */
interface Priority {
  /** Where the first `+` or `*` stands. */
  readonly firstWildcard: number;
  readonly closed: number;
  /** Minus the number of `+` segments. */
  readonly literals: number;
  readonly length: number;
  readonly bytes: string;
}

/** A character for each byte of the text's UTF-8, because the servers count and compare bytes. */
function bytesOf(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
