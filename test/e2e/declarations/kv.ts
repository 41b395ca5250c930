import { secretPath } from "../../../constructs/core/secret-path";
import { SecretInput } from "../../../constructs/core/secret-input";
import type { EnvironmentDefinition } from "../../../environments/schema";
import type { TrialServer } from "../trial";

export interface KvTrial {
  /** What is said of the owner of a secret. @default nothing */
  readonly owner?: string;
  readonly dataVersion: number;
  /** Whether the secrets are declared still. */
  readonly declared: boolean;
}

type Capability = NonNullable<EnvironmentDefinition["policies"][number]["kv"]>[number]["may"][number];

export const kvMount = "kv-trial";
export const described = secretPath({
  environment: "trial",
  application: "shop",
  component: "payments",
  secret: "stripe",
});
export const seeded = secretPath({ environment: "trial", application: "shop", component: "orders", secret: "smtp" });
export const destroyable = "trial/shop/old";

const capabilities = ["read", "write", "list", "describe", "delete", "undelete", "destroy"] as const;

/** A KV mount with a secret of people, one that is seeded, one that ends with its declaration, and a login for each grant. */
export function declare({ owner, dataVersion, declared, ...server }: KvTrial & TrialServer): EnvironmentDefinition {
  const login = (name: Capability) => ({
    name,
    noDefaultPolicy: true,
    selfService: false,
    secretIdTtl: "1h" as const,
    secretIdUses: 5,
    kv: [{ mount: kvMount, path: { environment: "trial", application: "shop" }, may: [name] }],
  });
  return {
    name: "kv-trial",
    ...server,
    mounts: [],
    databases: [],
    engines: [
      {
        type: "kv",
        path: kvMount,
        maxVersions: 5,
        deleteVersionAfter: "30d",
        secrets: declared
          ? [
              {
                path: { environment: "trial", application: "shop", component: "payments", secret: "stripe" },
                ...(owner === undefined ? {} : { customMetadata: { owner, rotation: "by hand" }, maxVersions: 3 }),
                deleteVersionAfter: "90m",
              },
              {
                path: seeded,
                data: { host: SecretInput.variable("smtp_host"), password: SecretInput.variable("smtp_password") },
                dataVersion,
                valueInStateReason: "a test with whatever provider there is",
              },
              { path: destroyable, destroyReason: "nothing needs it, once nobody declares it" },
            ]
          : [],
      },
    ],
    auth: [{ method: "approle", path: kvMount, roles: capabilities.map(login) }],
    policies: [],
  };
}
