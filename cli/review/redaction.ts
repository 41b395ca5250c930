/** What stands in place of every secret. */
export const redacted = "(sensitive)";

/**
 * Names of attributes that hold a secret, whatever the provider says of them: some versions of it mark too few. A switch or a
 * figure that only speaks of a secret (`bind_secret_id`, `password_wo_version`) is none.
 */
const secretName = new RegExp(
  `(^|_)(${[
    "pass(word|wd|phrase)?",
    "bindpass",
    "secrets?",
    "secret_id",
    "secret_(access_)?key",
    "access_key",
    "(private|hmac|api|shared|encryption|signing|client|account)_key",
    "key_(pem|material)",
    "private_key_(pem|json)",
    "pem_(bundle|json)",
    "jwt",
    "token",
    "credentials?",
    "service_account_json",
    "data_json",
  ].join("|")})(_wo)?$`,
  "i",
);

/** Resources whose `data` is what is stored, and not a setting. */
const stores = /^vault_(kv_secret|kv_secret_v2|generic_secret|generic_endpoint|cubbyhole_secret)$/;

/** Shorter values are found in too many harmless texts. */
const shortestSecret = 4;

/** The shape of `before_sensitive`: true where all below is sensitive. */
type Mask = unknown;

/** One resource's attributes without their secrets. */
export interface Redacted {
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
  /** Names of the attributes that held one. */
  readonly names: ReadonlySet<string>;
}

/**
 * Takes the secrets out of both sides of a change: what either side's mask or an attribute's name calls one, and wherever else in
 * the resource its text stands, such as in a URL.
 */
export function redactSides(
  type: string,
  before: { readonly value: unknown; readonly mask: Mask },
  after: { readonly value: unknown; readonly mask: Mask },
): { readonly before: Redacted; readonly after: Redacted } {
  const redaction = new Redaction(type);
  redaction.collect(before.value, before.mask, after.mask);
  redaction.collect(after.value, after.mask, before.mask);
  return {
    before: redaction.apply(before.value, before.mask, after.mask),
    after: redaction.apply(after.value, after.mask, before.mask),
  };
}

/** Takes the secrets out of a resource that stays as it is. */
export function redactSide(type: string, value: unknown, mask: Mask): Redacted {
  const redaction = new Redaction(type);
  redaction.collect(value, mask, mask);
  return redaction.apply(value, mask, mask);
}

/** What becomes of a value on the way through a resource. */
interface Visitor {
  secret(value: unknown): unknown;
  /** Any other text, with the name of what holds it. */
  text(text: string, name: string): string;
}

class Redaction {
  private readonly secrets = new Set<string>();

  constructor(private readonly type: string) {}

  /** Notes every secret text, so that it is found elsewhere in the resource too. */
  collect(value: unknown, own: Mask, other: Mask): void {
    const { secrets } = this;
    this.walk(value, own, other, "", {
      secret(secret) {
        for (const text of textsOf(secret)) if (text.length >= shortestSecret) secrets.add(text);
        return redacted;
      },
      text(text) {
        return text;
      },
    });
  }

  apply(value: unknown, own: Mask, other: Mask): Redacted {
    const names = new Set<string>();
    if (!isObject(value)) return { attributes: undefined, names };
    const attributes: Record<string, unknown> = {};
    const { secrets } = this;
    let attribute = "";
    const visitor: Visitor = {
      secret() {
        names.add(attribute);
        return redacted;
      },
      text(text, name) {
        const clean = scrub(text, name, secrets);
        if (clean !== text) names.add(attribute);
        return clean;
      },
    };
    for (const [name, each] of Object.entries(value)) {
      attribute = name;
      attributes[name] = this.walk(each, at(own, name), at(other, name), name, visitor);
    }
    return { attributes, names };
  }

  private walk(value: unknown, own: Mask, other: Mask, name: string, visitor: Visitor): unknown {
    if (value === null || value === undefined) return value;
    if (own === true || other === true || this.isSecret(name, value)) return visitor.secret(value);
    if (typeof value === "string") return visitor.text(value, name);
    if (Array.isArray(value)) {
      // A set's items stand elsewhere on the other side.
      const anywhere = Array.isArray(other) ? merged(other) : undefined;
      return value.map((each, index) =>
        this.walk(each, Array.isArray(own) ? (own as unknown[])[index] : undefined, anywhere, name, visitor),
      );
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, this.walk(each, at(own, key), at(other, key), key, visitor)]),
    );
  }

  private isSecret(name: string, value: unknown): boolean {
    if (typeof value === "boolean" || name === "") return false;
    if (typeof value === "object" && Object.keys(value ?? {}).length === 0) return false;
    if (value === "") return false;
    return secretName.test(name) || (name === "data" && stores.test(this.type));
  }
}

/** Takes known secrets, and the credentials of URLs, out of every other text. */
function scrub(given: string, name: string, secrets: ReadonlySet<string>): string {
  if (given === redacted) return given;
  let text = withoutCredentials(name, given);
  for (const secret of secrets) if (text.includes(secret)) text = text.replaceAll(secret, redacted);
  return text;
}

/** A URL or data source name without its password; `{{password}}`, which Vault fills in, is none. */
function withoutCredentials(name: string, text: string): string {
  const url = text.includes("://") ? text.replace(/(:\/\/[^:@/?#\s]*:)((?!\{\{)[^@\s]+)(@)/g, `$1${redacted}$3`) : text;
  if (!/url|uri|dsn|connection/i.test(name)) return url;
  return url
    .replace(/^([\w.{}-]+:)((?!\{\{|\/\/)[^@\s]+)(@)/g, `$1${redacted}$3`)
    .replace(
      /\b((?:password|passwd|pwd|secret|token)\s*=\s*)((?!\{\{|'\{\{)(?:'[^']*'|[^\s;&'"]+))/gi,
      `$1${redacted}`,
    );
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function at(mask: Mask, key: string): Mask {
  if (mask === true) return true;
  return isObject(mask) && Object.hasOwn(mask, key) ? mask[key] : undefined;
}

/** One mask that covers what any of them covers. */
function merged(masks: readonly Mask[]): Mask {
  if (masks.includes(true)) return true;
  const lists = masks.filter((mask): mask is unknown[] => Array.isArray(mask));
  if (lists.length > 0) return [merged(lists.flat())];
  const result: Record<string, unknown> = {};
  for (const mask of masks.filter(isObject)) {
    for (const [key, each] of Object.entries(mask)) {
      result[key] = Object.hasOwn(result, key) ? merged([result[key], each]) : each;
    }
  }
  return result;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
