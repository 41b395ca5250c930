import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { Readable } from "node:stream";
import { LeaseholdError, messageOf } from "../constructs/core/errors";

/** How a server is reached beyond its address. */
export interface Reach {
  /** Certificates of authorities, in PEM. @default those of Node.js */
  readonly ca?: string | undefined;
  /** Unix socket that the server listens on; the address then only names it. @default none */
  readonly socketPath?: string | undefined;
}

/** As much of `fetch` as is needed here. */
export type Fetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | undefined;
    readonly signal?: AbortSignal;
  },
) => Promise<Response>;

export interface StreamedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Made anew where another node is to be asked. */
  readonly body?: (() => Readable | string) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A standby names the active node; more of them in a row are a loop. */
const mostRedirects = 3;

/** Sends a request and gives the answer as a stream, so that a snapshot never has to fit into memory. */
export async function sendStreamed(
  url: string,
  { method, headers, body, signal }: StreamedRequest,
  reach: Reach,
  redirects = 0,
): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const { ca, socketPath } = reach;
    const begin = url.startsWith("https:") ? requestHttps : requestHttp;
    const content = body?.();
    // Node.js says of no DELETE by itself that it has a body: the server would take that for the next request.
    const length = typeof content === "string" ? { "Content-Length": `${Buffer.byteLength(content)}` } : {};
    const options = { method, headers: { ...headers, ...length }, signal };
    const sent = begin(url, { ...options, ...(ca && { ca }), ...(socketPath && { socketPath }) }, resolve);
    sent.on("error", reject);
    if (content === undefined) sent.end();
    else if (typeof content === "string") sent.end(content);
    else content.on("error", (cause) => sent.destroy(cause)).pipe(sent);
  });
  const { statusCode = 0, headers: answered } = answer;
  if (statusCode !== 307 || answered.location === undefined) return answer;
  answer.resume();
  if (redirects === mostRedirects) {
    throw new LeaseholdError(url, "one node names the other as the active one", "see leasehold vault status");
  }
  const next = nextAddress(url, answered.location);
  return sendStreamed(next, { method, headers, body, signal }, reach, redirects + 1);
}

/**
 * Where a server sends a caller on to.
 *
 * @throws LeaseholdError when that is without TLS, and the server was asked over TLS: the token would be there for all to read.
 */
export function nextAddress(url: string, location: string): string {
  const next = new URL(location, url);
  if (!url.startsWith("https:") || next.protocol === "https:") return next.href;
  throw new LeaseholdError(
    url,
    `sends callers on to ${next.origin}, without TLS`,
    "mend the api_addr of the active node, which names its address with http",
  );
}

/** What a `VaultClient` carries its requests with. */
export function transportOver(reach: Reach): Fetch {
  return async (url, { body, ...request }) => {
    const answer = await sendStreamed(url, { ...request, body: body === undefined ? undefined : () => body }, reach);
    const { statusCode = 0 } = answer;
    const text = await textOf(answer);
    return new Response([204, 304].includes(statusCode) ? null : text, { status: statusCode });
  };
}

export async function textOf(answer: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString("utf8");
}

/** Why a request got no answer, as `VaultClient` says it. */
export function unreachable(where: string, thrown: unknown): LeaseholdError {
  return new LeaseholdError(
    where,
    `the server can't be reached (${messageOf(thrown)})`,
    "check the address, and that the server runs",
  );
}
