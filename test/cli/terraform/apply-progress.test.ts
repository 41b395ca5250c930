import { ApplyProgress } from "../../../cli/terraform/apply-progress";
import { parseEvent } from "../../../cli/terraform/events";
import { redactor } from "../../../cli/terraform/redaction";

const line = (type: string, addr: string, more: object = {}) =>
  JSON.stringify({
    "@level": "info",
    "@message": "text",
    type,
    hook: { resource: { addr }, action: "create", ...more },
  });

describe("parseEvent", () => {
  it("reads what happened to a resource, and an error's address", () => {
    expect(parseEvent(line("apply_complete", "vault_mount.a", { id_value: "database" }))).toEqual({
      type: "apply_complete",
      hook: { resource: { addr: "vault_mount.a" }, action: "create", id_value: "database" },
    });
    const diagnostic = {
      severity: "error",
      summary: "refused",
      detail: "by Vault",
      address: "vault_mount.a",
      range: {},
    };
    expect(parseEvent(JSON.stringify({ type: "diagnostic", diagnostic }))).toEqual({
      type: "diagnostic",
      diagnostic: { severity: "error", summary: "refused", detail: "by Vault", address: "vault_mount.a" },
    });
  });

  it.each([
    "",
    "text",
    '{"type":"outputs","outputs":{"a":{"value":"x"}}}',
    '{"type":"apply_start"',
    line("apply_start", "a").slice(0, -2),
  ])("leaves out %j", (text) => expect(parseEvent(text)).toBeUndefined());
});

describe("the progress of an apply", () => {
  it("tells how far it is at intervals, with what takes longest, and counts what was done", () => {
    let now = 0;
    const lines: string[] = [];
    const progress = new ApplyProgress(
      1_000,
      (text) => void lines.push(text),
      () => now,
    );
    for (let at = 0; at < 1_000; at++) {
      now += 2; // so that a thousand resources take two seconds
      for (const type of ["apply_start", "apply_complete"]) {
        const event = parseEvent(line(type, `role.r${at}`));
        if (event !== undefined) progress.take(event);
      }
    }
    expect(progress.done).toBe(1_000);
    expect(lines.length).toBeLessThanOrEqual(11);
    expect(lines[0]).toBe("0/1000 after 0 s role.r0");
    expect(lines.at(-1)).toMatch(/^9\d\d\/1000 after 2 s role\.r9\d\d$/);
  });

  it("keeps errors, not warnings", () => {
    const progress = new ApplyProgress(1, () => undefined);
    for (const severity of ["error", "warning"] as const) {
      progress.take({ type: "diagnostic", diagnostic: { severity, summary: severity, detail: "" } });
    }
    expect(progress.errors.map(({ summary }) => summary)).toEqual(["error"]);
  });
});

describe("redactor", () => {
  it("takes secrets of the environment out, the longer ones first, and leaves the rest", () => {
    const redact = redactor({
      TF_VAR_a: "secret",
      TF_VAR_b: "secret-longer",
      VAULT_TOKEN: "hvs.token",
      HOME: "/home/me",
      TF_VAR_c: "ab",
    });
    expect(redact("secret-longer secret hvs.token /home/me about")).toBe(
      "(sensitive) (sensitive) (sensitive) /home/me about",
    );
  });
});
