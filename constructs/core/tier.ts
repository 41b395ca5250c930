/** Where something is used: what is a warning in a lab may be an error in production. From the mildest to the strictest. */
export const tiers = ["lab", "dev", "staging", "prod"] as const;

export type Tier = (typeof tiers)[number];

export type Severity = "error" | "warning";
