import { AuditedHeader } from "../../../constructs/system/audited-header";
import { onlyResource, stackWithVault, synth } from "../../helpers/synth";

describe("AuditedHeader", () => {
  it("has a header written as it is, or as an HMAC", () => {
    const stack = stackWithVault();
    new AuditedHeader(stack, "Header", { name: "X-Forwarded-For" });
    expect(onlyResource(synth(stack), "vault_audit_request_header")).toEqual({ name: "X-Forwarded-For", hmac: false });

    const other = stackWithVault();
    new AuditedHeader(other, "Header", { name: "Cookie", hmac: true });
    expect(onlyResource(synth(other), "vault_audit_request_header")).toEqual({ name: "Cookie", hmac: true });
  });

  it.each(["Authorization", "x-vault-token", "COOKIE"])("refuses to show the secret in %s", (name) => {
    expect(() => new AuditedHeader(stackWithVault(), "Header", { name })).toThrow(
      `[dev/Header] header ${name} holds a secret, which every audit entry would show: leave it out, or set hmac`,
    );
  });

  it("refuses what is no header, no truth value, or there already in other letters", () => {
    const stack = stackWithVault();
    expect(() => new AuditedHeader(stack, "A", { name: "X Real IP" })).toThrow(
      '[dev/A] name "X Real IP" is not the name of a header: write it as in X-Forwarded-For',
    );
    expect(() => new AuditedHeader(stack, "B", { name: "X-Real-IP", hmac: "no" as never })).toThrow(
      '[dev/B] hmac "no" is unknown: use true or false',
    );
    new AuditedHeader(stack, "C", { name: "X-Real-IP" });
    expect(() => new AuditedHeader(stack, "D", { name: "x-real-ip" })).toThrow(
      '[dev/D] audited header "x-real-ip" is declared already, by dev/C',
    );
  });
});
