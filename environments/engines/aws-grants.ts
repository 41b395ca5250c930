import { z } from "zod";
import { show } from "../../constructs/core/errors";
import { mountPath, name } from "../fields";
import { type Misfit, unknown } from "../misfit";
import type { DeclaredAwsEngine } from "./aws";

/** What a subject may do with a role of an AWS mount. */
export const awsGrant = z.strictObject({
  mount: mountPath,
  role: name,
  /** What the role issues; only where the mount is managed elsewhere, so that nothing here says it. */
  credentialType: z.enum(["iam_user", "assumed_role", "federation_token", "session_token"]).optional(),
  may: z.array(z.enum(["credentials", "renewLeases", "manageLeases"])).min(1),
});

type DeclaredAwsGrant = z.output<typeof awsGrant>;

/** Grants of roles that are not declared, whose type nothing says, or whose leases are none. */
export function checkAwsGrants(
  grants: readonly DeclaredAwsGrant[],
  engines: readonly ({ readonly type: string; readonly path: string } | DeclaredAwsEngine)[],
  path: readonly (string | number)[],
): Misfit[] {
  return grants.flatMap((granted, at): Misfit[] => {
    const own = [...path, at];
    const engine = engines.find((each) => each.path === granted.mount);
    if (engine === undefined) {
      return granted.credentialType === undefined
        ? [
            {
              path: [...own, "credentialType"],
              message: `is left out, and mount ${show(granted.mount)} is not declared here: say what role ${show(granted.role)} issues`,
            },
          ]
        : leasesOf(granted, granted.credentialType, own);
    }
    if (!isAws(engine)) return [];
    const role = engine.roles.find(({ name: its }) => its === granted.role);
    if (role === undefined) {
      const names = engine.roles.map(({ name: its }) => its);
      return unknown(`role of mount ${granted.mount}`, [granted.role], names, [...own, "role"]);
    }
    if (granted.credentialType !== undefined && granted.credentialType !== role.credentialType) {
      return [
        {
          path: [...own, "credentialType"],
          message: `is ${granted.credentialType}, and role ${show(granted.role)} is declared as ${role.credentialType}: leave it out`,
        },
      ];
    }
    return leasesOf(granted, role.credentialType, own);
  });
}

function isAws(engine: { readonly type: string }): engine is DeclaredAwsEngine {
  return engine.type === "aws";
}

/** What STS issues ends by itself. */
function leasesOf({ may, role }: DeclaredAwsGrant, type: string, path: (string | number)[]): Misfit[] {
  if (type === "iam_user") return [];
  return may.flatMap((capability, at) =>
    capability === "credentials"
      ? []
      : [
          {
            path: [...path, "may", at],
            message: `${show(capability)} is not for role ${show(role)}: what ${type} issues can neither be renewed nor revoked`,
          },
        ],
  );
}
