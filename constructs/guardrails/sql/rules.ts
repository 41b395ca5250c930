import type { Guardrail } from "../guardrail";
import { blocks } from "./blocks";
import { course } from "./course";
import { creation } from "./creation";
import { expiry } from "./expiry";
import { grammar } from "./grammar";
import { hosts } from "./hosts";
import { mongodbDocument } from "./mongodb-document";
import { objectGrants } from "./object-grants";
import { passingOn } from "./passing-on";
import { placeholders } from "./placeholders";
import { power } from "./power";
import { quoting } from "./quoting";
import { revocation } from "./revocation";
import { semicolons } from "./semicolons";
import { superuser } from "./superuser";
import { usernameLength } from "./username-length";
import { usernameTemplate } from "./username-template";

/** Guardrails on what roles run in their databases. */
export const sqlRules: readonly Guardrail[] = [
  creation,
  revocation,
  quoting,
  usernameTemplate,
  objectGrants,
  superuser,
  power,
  passingOn,
  expiry,
  blocks,
  semicolons,
  hosts,
  mongodbDocument,
  usernameLength,
  grammar,
  placeholders,
  course,
];
