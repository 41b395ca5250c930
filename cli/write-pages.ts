import { join } from "node:path";
import { guardrails } from "../constructs/guardrails/guardrails";
import { waiverRules } from "../constructs/guardrails/waiver-rules";
import { projectRoot } from "./context";
import { writeFileAtomically } from "./files";
import { cliPage, rulesPage } from "./pages";
import { program } from "./program";

/** `npm run docs`: the pages that are made from the project itself. */
writeFileAtomically(join(projectRoot, "RULES.md"), rulesPage([...guardrails, ...waiverRules]));
const context = { root: projectRoot, env: {}, print: () => undefined };
writeFileAtomically(join(projectRoot, "docs", "cli.md"), cliPage(program(context)));
