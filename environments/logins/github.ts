import { z } from "zod";
import { subject } from "../subjects/subject";
import { method, tokens } from "./method";

const member = z.strictObject({ name: z.string().min(1), ...subject });

/** People of a GitHub organization. */
export const github = z.strictObject({
  method: z.literal("github"),
  ...method,
  organization: z.string().min(1),
  organizationId: z.int().optional(),
  baseUrl: z.string().min(1).optional(),
  ...tokens,
  /** Teams, by the slug in their URL. */
  teams: z.array(member).default([]),
  /** People, by their user name. */
  users: z.array(member).default([]),
});
