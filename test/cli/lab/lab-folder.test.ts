import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { LabFolder, type LabRecord, type LabSecrets } from "../../../cli/lab/lab-folder";
import { scratchFolder, write } from "../scratch";

const scratch = scratchFolder();
const folder = (name = "default") => new LabFolder(scratch(), name);
const modeOf = (path: string) => statSync(path).mode & 0o777;

const record: LabRecord = {
  product: "openbao",
  binary: "/usr/bin/bao",
  version: "2.4.1",
  vaultPort: 8300,
  clusterPort: 8301,
  postgresPort: 5500,
};

const secrets: LabSecrets = { postgresSuperuserPassword: "first", adminPassword: "second" };

describe("LabFolder", () => {
  it("is .lab/<name> of the project", () => {
    expect(folder().path).toBe(join(scratch(), ".lab", "default"));
    expect(folder("my_lab-2").at("logs", "vault.log")).toBe(join(scratch(), ".lab", "my_lab-2", "logs", "vault.log"));
  });

  it.each(["", ".", "..", "../other", "a/b", "a b", "-x", "*", "a".repeat(64)])("refuses the name %j", (name) => {
    expect(() => folder(name)).toThrow(`[lab --name] ${JSON.stringify(name)} can't name a lab: use letters, digits`);
  });

  it("is made for its owner alone, however often", () => {
    folder().make();
    folder().make();
    expect(modeOf(folder().path)).toBe(0o700);
    expect(existsSync(folder().at("logs"))).toBe(true);
  });

  it("is a lab once its record is there", () => {
    expect(LabFolder.names(scratch())).toEqual([]);
    folder().make();
    expect([folder().readRecord(), folder().readSecrets()]).toEqual([undefined, undefined]);
    expect(LabFolder.names(scratch())).toEqual([]);
    folder().writeRecord(record);
    folder("second").writeRecord(record);
    expect(folder().readRecord()).toEqual(record);
    expect(LabFolder.names(scratch()).sort()).toEqual(["default", "second"]);
  });

  it("reads the record that was written", () => {
    const whole: LabRecord = {
      ...record,
      vault: { pid: 17, birthmark: "abc" },
      postgres: { pid: 18, birthmark: "def" },
      provider: { constraint: "= 4.4.0", mirror: "/opt/mirror" },
    };
    folder().writeRecord(record);
    expect(folder().readRecord()).toEqual(record);
    folder().writeRecord(whole);
    expect(folder().readRecord()).toEqual(whole);
    folder().writeRecord({ ...record, vault: undefined, provider: { constraint: "~> 5.6", mirror: undefined } });
    expect(folder().readRecord()).toEqual({ ...record, provider: { constraint: "~> 5.6" } });
  });

  it("keeps the keys to their owner", () => {
    const whole: LabSecrets = { ...secrets, unsealKeys: ["a", "b", "c"], rootToken: "s.token" };
    folder().writeSecrets(secrets);
    expect(folder().readSecrets()).toEqual(secrets);
    write(folder().at("keys.json"), "readable by others");
    folder().writeSecrets(whole);
    expect(folder().readSecrets()).toEqual(whole);
    expect(modeOf(folder().at("keys.json"))).toBe(0o600);
  });

  it("has no secret in its record", () => {
    folder().writeRecord(record);
    folder().writeSecrets({ ...secrets, rootToken: "s.token" });
    expect(readFileSync(folder().at("lab.json"), "utf8")).not.toMatch(/first|second|s\.token/);
  });
});

describe("a broken file", () => {
  const remedy = 'run "leasehold lab reset --name second" to begin anew';

  it.each([
    ["that is no JSON", "{"],
    ["that is empty", ""],
    ["of something else", "[]"],
  ])("%s is refused", (_, content) => {
    const file = write(folder("second").at("lab.json"), content);
    expect(() => folder("second").readRecord()).toThrow(`[${file}] is not what a lab writes (`);
    expect(() => folder("second").readRecord()).toThrow(remedy);
  });

  it("is refused with the fields that are wrong", () => {
    const file = write(folder("second").at("lab.json"), JSON.stringify({ ...record, vaultPort: "8300", other: 1 }));
    expect(() => folder("second").readRecord()).toThrow(`[${file}] is not what a lab writes (`);
    expect(() => folder("second").readRecord()).toThrow(/vaultPort: .*number/);
    expect(() => folder("second").readRecord()).toThrow(/other/);
  });

  it("of keys is refused without what it holds", () => {
    const file = write(folder("second").at("keys.json"), JSON.stringify({ ...secrets, unsealKeys: "hunter2" }));
    expect(() => folder("second").readSecrets()).toThrow(`[${file}] is not what a lab writes (unsealKeys: `);
    expect(() => folder("second").readSecrets()).not.toThrow(/hunter2/);
  });
});
