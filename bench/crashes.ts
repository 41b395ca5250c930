import { ThrowAway } from "../cli/servers/throw-away";
import { crash } from "./crash-run";
import { optionOf, printLine } from "./lifecycle-rig";

/**
 * Vault killed in the middle of issuing, 200 times: every user that was left carries its own end, and the report finds it.
 *
 * Usage: node --import tsx bench/crashes.ts [--kills 200]
 */
async function main(): Promise<void> {
  await ThrowAway.use(async (place) => {
    const result = await crash(place, optionOf("kills", 200));
    printLine(result);
    const { reported, orphans, withoutEnd, left, certain, leftAfterClearing } = result;
    if (reported !== orphans || withoutEnd > 0 || certain !== left || leftAfterClearing > 0) process.exitCode = 1;
  });
}

void main();
