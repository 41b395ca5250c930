import { z } from "zod";
import { show } from "../../constructs/core/errors";
import { pathOrLocation } from "../engines/secret-location";
import { undeclaredKeys } from "../engines/transit";
import { awsGrant, checkAwsGrants } from "../engines/aws-grants";
import { undeclaredPkiRoles } from "../engines/pki";
import { mountPath, name } from "../fields";
import type { DeclaredEngine } from "../engines/schema";
import { type Misfit, unknown } from "../misfit";

/** `<mount>/<role>`: a role or static role of a database mount. */
const roleReference = z.string().regex(/^.+\/[^/]+$/, { error: ({ input }) => `${show(input)} is not <mount>/<role>` });

/** Where secrets of a KV v2 mount lie: the secret of that name, and every one below it. Identity templates can be part of it. */
const secretPath = z.string().regex(/^(?:[^*+{}"\\\s/]|\{\{[^{}]+\}\})+(?:\/(?:[^*+{}"\\\s/]|\{\{[^{}]+\}\})+)*$/, {
  error: ({ input }) =>
    `${show(input)} is not the path of secrets: write names joined by "/", without data/ and without "/" at either end`,
});

const may = <const T extends readonly string[]>(capabilities: T) => z.array(z.enum(capabilities)).min(1);

/** What a subject may do: a policy, a login, a group or an entity. Each becomes a grant of the construct that it names. */
export const grants = {
  /** Roles and static roles, as `<mount>/<role>`, whose users or password the subject may have. */
  credentials: z.array(roleReference).optional(),
  /** Mounts of which the subject may have the users and passwords of every declared role. */
  allCredentialsOf: z.array(mountPath).optional(),
  /** Roles whose leases the subject may renew, whoever asked for them. */
  renewLeases: z.array(roleReference).optional(),
  /** Roles whose leases the subject may list, look up and end. */
  manageLeases: z.array(roleReference).optional(),
  /** Mounts of which the subject may list, look up and end the leases of every declared role. */
  manageAllLeasesOf: z.array(mountPath).optional(),
  /** Secrets of KV v2 mounts. */
  kv: z
    .array(
      z.strictObject({
        mount: mountPath,
        /** As a text, or by the convention environment/application/component/secret. */
        path: pathOrLocation(secretPath),
        may: may(["read", "write", "list", "describe", "delete", "undelete", "destroy"]),
      }),
    )
    .optional(),
  /** Keys of Transit mounts. */
  transit: z
    .array(
      z.strictObject({
        mount: mountPath,
        key: name,
        may: may([
          "encrypt",
          "decrypt",
          "sign",
          "verify",
          "rewrap",
          "hmac",
          "datakey",
          "wrapped-datakey",
          "read-key",
          "rotate",
        ]),
      }),
    )
    .optional(),
  /** Roles of PKI mounts. */
  pki: z
    .array(z.strictObject({ mount: mountPath, role: name, may: may(["issue", "sign", "acmeAccounts"]) }))
    .optional(),
  /** PKI mounts of which the subject may revoke certificates: those that it shows the key of, or any. */
  revokeCertificates: z.array(z.strictObject({ mount: mountPath, may: may(["withKey", "any"]) })).optional(),
  /** Roles of AWS mounts. */
  aws: z.array(awsGrant).optional(),
};

/** What a subject may do, as an environment declares it. */
export type DeclaredGrants = z.output<z.ZodObject<typeof grants>>;

/** What an environment has that grants can name. */
export interface Grantable {
  /** Dynamic and static roles, as `<mount>/<role>`. */
  readonly roles: readonly string[];
  /** Dynamic roles alone: only they have leases. */
  readonly leasedRoles: readonly string[];
  /** Mounts of the database engine. */
  readonly databaseMounts: readonly string[];
  /** Other engines that are declared; grants can also name mounts that are managed elsewhere. */
  readonly engines: readonly DeclaredEngine[];
}

/** Grants of what is not declared. */
export function checkGrants(
  granted: DeclaredGrants,
  { roles, leasedRoles, databaseMounts, engines }: Grantable,
  path: readonly (string | number)[],
): Misfit[] {
  const at = (field: keyof DeclaredGrants) => [...path, field];
  const types = new Map([
    ...databaseMounts.map((mount) => [mount, "database"] as const),
    ...engines.map(({ path: mount, type }) => [mount, type] as const),
  ]);
  const fields = { kv: "kv", transit: "transit", pki: "pki", revokeCertificates: "pki", aws: "aws" } as const;
  const otherEngine = (["kv", "transit", "pki", "revokeCertificates", "aws"] as const).flatMap((field) =>
    (granted[field] ?? []).flatMap(({ mount }, index) => {
      const [type, needed] = [types.get(mount), fields[field]];
      return type === undefined || type === needed
        ? []
        : [
            {
              path: [...at(field), index, "mount"],
              message: `${show(mount)} is a mount of ${type === "database" ? "databases" : type}: name a ${needed} mount`,
            },
          ];
    }),
  );
  return [
    ...unknown("role", granted.credentials ?? [], roles, at("credentials")),
    ...unknown("mount", granted.allCredentialsOf ?? [], databaseMounts, at("allCredentialsOf")),
    ...unknown("role with leases", granted.renewLeases ?? [], leasedRoles, at("renewLeases")),
    ...unknown("role with leases", granted.manageLeases ?? [], leasedRoles, at("manageLeases")),
    ...unknown("mount", granted.manageAllLeasesOf ?? [], databaseMounts, at("manageAllLeasesOf")),
    ...otherEngine,
    ...undeclaredKeys(granted.transit ?? [], engines, at("transit")),
    ...undeclaredPkiRoles(granted.pki ?? [], engines, at("pki")),
    ...checkAwsGrants(granted.aws ?? [], engines, at("aws")),
  ];
}
