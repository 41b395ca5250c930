import type { TerraformStack } from "cdktf";

/** One way of declaring the workload in a stack. */
export type Declare = (stack: TerraformStack, workload: Workload) => void;

/** What both sides declare: databases with roles, and one policy whose holder may have users of every role. */
export interface Workload {
  readonly databases: readonly WorkloadDatabase[];
}

export interface WorkloadDatabase {
  readonly name: string;
  readonly roles: readonly { readonly name: string; readonly group: string }[];
}

const rolesPerDatabase = 100;
const groupsPerDatabase = 10;

/** A workload of so many roles, a hundred a database, whose users are members of ten groups a database. */
export function workloadOf(roleCount: number): Workload {
  const databases = Array.from({ length: Math.ceil(roleCount / rolesPerDatabase) }, (_, database) => ({
    name: `postgres-${database}`,
    roles: Array.from({ length: Math.min(rolesPerDatabase, roleCount - database * rolesPerDatabase) }, (__, role) => ({
      name: `role-${database}-${role}`,
      group: `group_${database}_${role % groupsPerDatabase}`,
    })),
  }));
  return { databases };
}
