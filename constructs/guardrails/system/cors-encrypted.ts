import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { corsPage, origins } from "./cors";

export const corsEncrypted: Guardrail = {
  id: "LH-SYS-009",
  title: "pages that may use Vault from a browser are served by https",
  why: "whoever is on the way changes a page that is served by http, and uses Vault as whoever opened it",
  remedy: "serve the page by https, or leave its origin out",
  severity: errorFromStaging,
  references: [corsPage],
  check: (declaration) =>
    origins(declaration)
      .filter(({ origin }) => /^http:\/\//i.test(origin))
      .map(({ resource, origin }) => ({ resource, problem: `allowed_origins holds ${origin}` })),
};
