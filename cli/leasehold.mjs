#!/usr/bin/env node
// Starts the command line from a checkout with nothing installed: it needs only Node and npm, and sees to the rest.
import { createRequire } from "node:module";
import { ensureInstalled } from "./install.mjs";

ensureInstalled();
const require = createRequire(import.meta.url);
require("tsx/cjs");
require("./main.ts");
