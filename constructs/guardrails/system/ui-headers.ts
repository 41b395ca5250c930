import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { textsOf, writtenTo } from "./generic-data";

const root = "sys/config/ui/headers";

/** What a header must not say, by its name: it opens the interface to scripts and pages that are not Vault's. */
const open: Readonly<Record<string, RegExp>> = {
  "access-control-allow-origin": /^\*$/,
  "access-control-allow-credentials": /^true$/i,
  "content-security-policy":
    /(?:^|;)\s*(?:script-src|default-src)[^;]*(?:'unsafe-(?:inline|eval)'|\s\*(?=\s|;|$)|\shttps?:(?=\s|;|$))|(?:^|;)\s*frame-ancestors[^;]*\s\*(?=\s|;|$)/i,
};

export const uiHeaders: Guardrail = {
  id: "LH-SYS-010",
  title: "headers of the user interface do not open it to other pages",
  why: "a script that is not Vault's, or a page that shows Vault in a frame, acts as whoever is logged in there",
  remedy: "leave the header out: Vault's own Content-Security-Policy lets nothing in but itself",
  severity: errorFromStaging,
  references: ["https://developer.hashicorp.com/vault/api-docs/system/config-ui"],
  check: (declaration) =>
    writtenTo(declaration, root).flatMap(({ resource, path, data }) => {
      const name = path.slice(root.length + 1);
      const values = Array.isArray(data["values"]) ? textsOf(data["values"]) : [String(data["values"])];
      const value = values.find((each) => open[name.toLowerCase()]?.test(each) === true);
      return value === undefined ? [] : [{ resource, problem: `${name} is ${JSON.stringify(value)}` }];
    }),
};
