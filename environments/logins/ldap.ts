import { z } from "zod";
import { duration, secret } from "../fields";
import { subject } from "../subjects/subject";
import { method, tokens } from "./method";

const text = z.string().min(1);

/** People whom a directory knows. */
export const ldap = z.strictObject({
  method: z.literal("ldap"),
  ...method,
  url: z.union([text, z.array(text).min(1)]),
  startTls: z.boolean().optional(),
  unencryptedReason: text.optional(),
  certificate: text.optional(),
  tlsMinVersion: z.enum(["tls12", "tls13"]).optional(),
  bindDn: text.optional(),
  bindPassword: secret.optional(),
  bindPasswordVersion: z.int().min(1).optional(),
  discoverDn: z.boolean().optional(),
  upnDomain: text.optional(),
  userDn: text,
  userAttr: text.optional(),
  userFilter: text.optional(),
  groupDn: text.optional(),
  groupFilter: text.optional(),
  groupAttr: text.optional(),
  useTokenGroups: z.boolean().optional(),
  caseSensitiveNames: z.boolean().optional(),
  usernameAsAlias: z.boolean().optional(),
  connectionTimeout: duration.optional(),
  requestTimeout: duration.optional(),
  maxPageSize: z.int().optional(),
  ...tokens,
  /** Groups of the directory. */
  groups: z.array(z.strictObject({ name: text, ...subject })).default([]),
  /** People, with groups of `groups` that the directory does not have them in. */
  users: z.array(z.strictObject({ name: text, groups: z.array(text).optional(), ...subject })).default([]),
});
