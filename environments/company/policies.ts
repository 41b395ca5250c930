import type { EnvironmentDefinition } from "../schema";

type Policy = EnvironmentDefinition["policies"][number];

/** Every role of the applications' databases, and the leases that they are asked about. */
export const dbas: Policy = { name: "dbas", allCredentialsOf: ["database"], manageAllLeasesOf: ["database"] };

export const analysts: Policy = {
  name: "analysts",
  credentials: ["analytics/analyst", "database/analytics-readonly"],
};

/** The team that keeps the warehouse: all of its mount, nothing of the applications'. */
export const dataPlatform: Policy = { name: "data-platform", allCredentialsOf: ["analytics"] };
