import { requireReason } from "../../constructs/core/reasons";
import { refusalOf } from "../helpers/environments";

describe("requireReason", () => {
  it("takes a few words", () => {
    expect(requireReason("dev/Ldap", "reason", " The server is on this machine ")).toBe(
      "The server is on this machine",
    );
  });

  it.each([undefined, "", "  ", "because", "a", 7, "${var.reason} or so"])("refuses %j", (reason) => {
    expect(refusalOf(() => requireReason("dev/Ldap", "unencryptedReason", reason))).toBe(
      `[dev/Ldap] unencryptedReason ${JSON.stringify(reason)} is no reason: ` +
        "say in a few words why it is right here: whoever reviews the declaration reads them",
    );
  });
});
