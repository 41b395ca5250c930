import { readFileSync } from "node:fs";
import { request } from "node:https";
import { LeaseholdError, messageOf } from "../constructs/core/errors";

/** As much of `fetch` as is needed here. */
export type Fetch = (
  url: string,
  options: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | undefined;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/**
 * `fetch` from a server whose certificate one of the authorities in a file signed: Node's own can't be told of any once it runs.
 * Redirects are not followed. Over plain HTTP it is `fetch` itself.
 *
 * @throws LeaseholdError when the file can't be read.
 */
export function fetchTrusting(caFile: string): Fetch {
  return (url, options) =>
    url.startsWith("https:") ? ask(url, { ...options, ca: read(caFile) }) : fetch(url, options);
}

function read(caFile: string): Buffer {
  try {
    return readFileSync(caFile);
  } catch (thrown) {
    throw new LeaseholdError(
      caFile,
      `can't be read (${messageOf(thrown)})`,
      "name a file of certificates in VAULT_CACERT",
    );
  }
}

function ask(url: string, { body, ...options }: Parameters<Fetch>[1] & { readonly ca: Buffer }): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const status = answer.statusCode ?? 0;
        resolve(new Response(withoutBody.includes(status) ? null : Buffer.concat(chunks), { status }));
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** Statuses that `Response` takes no body for. */
const withoutBody: readonly number[] = [204, 205, 304];
