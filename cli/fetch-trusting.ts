import { readFileSync } from "node:fs";
import { LeaseholdError, messageOf } from "../constructs/core/errors";
import { type Fetch, transportOver } from "./transport";

/**
 * `fetch` from a server whose certificate one of the authorities in a file signed: Node's own can't be told of any once it runs.
 * Over plain HTTP it is `fetch` itself.
 *
 * @throws LeaseholdError when the file can't be read.
 */
export function fetchTrusting(caFile: string): Fetch {
  return (url, request) =>
    url.startsWith("https:") ? transportOver({ ca: read(caFile) })(url, request) : fetch(url, request);
}

function read(caFile: string): string {
  try {
    return readFileSync(caFile, "utf8");
  } catch (thrown) {
    throw new LeaseholdError(
      caFile,
      `can't be read (${messageOf(thrown)})`,
      "name a file of certificates in VAULT_CACERT",
    );
  }
}
