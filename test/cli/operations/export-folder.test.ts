import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeExport } from "../../../cli/operations/export/export-folder";
import { scratchFolder } from "../scratch";

const folder = scratchFolder();
const first = "policies/acl/first.hcl";
const mount = "mounts/db/mount.json";

function exported(files: readonly string[], hidden: readonly string[]) {
  return { files: new Map(files.map((file) => [file, `${file}\n`])), unseen: [], hidden };
}

describe("an export over an earlier one", () => {
  it("takes away what is gone, and keeps what the token may not see any more", () => {
    writeExport("test", folder(), exported([first, mount], []));
    expect(writeExport("test", folder(), exported([], ["policies/acl/"]))).toMatchObject({ removed: [mount] });
    expect(existsSync(join(folder(), first))).toBe(true);
    // It is still of the export: who may see again takes it away.
    expect(JSON.parse(readFileSync(join(folder(), "export.json"), "utf8"))).toMatchObject({ files: [first] });
    expect(writeExport("test", folder(), exported([], [first]))).toMatchObject({ removed: [] });
    expect(writeExport("test", folder(), exported([], []))).toMatchObject({ removed: [first] });
  });
});
