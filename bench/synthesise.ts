import { App, TerraformStack } from "cdktf";
import { declareWithLeasehold } from "./leasehold-roles";
import { declareWithBindings } from "./raw-roles";
import { type Declare, workloadOf } from "./workload";

/**
 * Synthesises one side once, in a process of its own, and sends its parent the milliseconds of declaring and synthesising;
 * loading the modules is not part of them.
 * Usage: node --import tsx bench/synthesise.ts leasehold|raw ROLES FOLDER
 */

const declarations = { leasehold: declareWithLeasehold, raw: declareWithBindings } satisfies Record<string, Declare>;

export type Side = keyof typeof declarations;

const [side, roles, outdir] = process.argv.slice(2) as [Side, string, string];
const workload = workloadOf(Number(roles));

const began = performance.now();
const app = new App({ outdir });
const stack = new TerraformStack(app, "bench");
declarations[side](stack, workload);
app.synth();
const taken = performance.now() - began;

if (process.send === undefined) process.stdout.write(`${taken.toFixed(1)} ms\n`);
else process.send(taken);
