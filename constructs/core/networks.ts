import { isIP } from "node:net";
import { LeaseholdError } from "./errors";

/** Whether a text is a network in CIDR form, such as `10.0.0.0/8` or `fd00::/8`. */
export function isCidr(network: string): boolean {
  const [address = "", bits = "", ...rest] = network.split("/");
  const family = isIP(address);
  if (rest.length > 0 || family === 0 || address.includes("%") || !/^\d{1,3}$/.test(bits)) return false;
  return Number(bits) <= (family === 4 ? 32 : 128);
}

/**
 * The networks themselves, when each is one.
 *
 * @throws LeaseholdError that names `where` and `field`.
 */
export function requireCidrs(where: string, field: string, networks: readonly string[]): string[] {
  return networks.map((network) => {
    if (isCidr(network)) return network;
    throw new LeaseholdError(
      where,
      `${field} ${JSON.stringify(network)} is not a network`,
      `write it as in "10.0.0.0/8"`,
    );
  });
}
