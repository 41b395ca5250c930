import { alwaysError } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { corsPage, origins } from "./cors";

export const corsOrigins: Guardrail = {
  id: "LH-SYS-008",
  title: "pages that may use Vault from a browser are named",
  why: "with `*` any page that somebody opens may send Vault what it likes from inside the network, and read the answers",
  remedy: "name the origins one by one, or leave CORS out",
  severity: alwaysError,
  references: [corsPage],
  check: (declaration) =>
    origins(declaration)
      .filter(({ origin }) => origin.includes("*"))
      .map(({ resource, origin }) => ({ resource, problem: `allowed_origins holds ${JSON.stringify(origin)}` })),
};
