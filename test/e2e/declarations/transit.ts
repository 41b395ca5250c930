import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export interface TransitTrial {
  readonly minDecryptionVersion: number;
  /** Why all keys may be deleted. @default they may not */
  readonly deletableReason?: string;
}

export const transitMount = "transit-trial";

const capabilities = [
  "encrypt",
  "decrypt",
  "rewrap",
  "hmac",
  "datakey",
  "wrapped-datakey",
  "read-key",
  "rotate",
] as const;

/** Keys of each kind with a neighbour, and a login for each grant. */
export function declare({
  minDecryptionVersion,
  deletableReason,
  ...server
}: TransitTrial & TrialServer): EnvironmentDefinition {
  const login = (name: string, key: string, capability: string) => ({
    name,
    noDefaultPolicy: true,
    selfService: false,
    secretIdTtl: "1h" as const,
    secretIdUses: 5,
    transit: [{ mount: transitMount, key, may: [capability as (typeof capabilities)[number]] }],
  });
  const deletable = deletableReason === undefined ? {} : { deletableReason };
  return {
    name: "transit-trial",
    ...server,
    mounts: [],
    databases: [],
    engines: [
      {
        type: "transit",
        path: transitMount,
        keys: [
          { name: "orders", minDecryptionVersion, ...deletable },
          { name: "orders-other", ...deletable },
          { name: "search", derived: true, convergent: true, ...deletable },
          { name: "signer", type: "ecdsa-p256", ...deletable },
          { name: "mac", type: "hmac", rotationPeriod: "30d", ...deletable },
        ],
      },
    ],
    auth: [
      {
        method: "approle",
        path: transitMount,
        roles: [
          ...capabilities.map((capability) => login(capability, "orders", capability)),
          login("search", "search", "encrypt"),
          login("sign", "signer", "sign"),
          login("verify", "signer", "verify"),
        ],
      },
    ],
    policies: [],
  };
}
