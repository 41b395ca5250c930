import { requireCertificates } from "../../constructs/core/certificates";
import { refusalOf } from "../helpers/environments";

const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

describe("requireCertificates", () => {
  it.each([certificate, certificate.repeat(2), certificate.trim(), certificate.replaceAll("\n", "\r\n")])(
    "takes %j",
    (pem) => {
      expect(requireCertificates("dev/Ldap", "certificate", pem)).toBe(pem);
    },
  );

  it.each(["", "/etc/ca.pem", key, certificate + key, key + certificate, `note\n${certificate}`])(
    "refuses %j, and does not repeat what may be a key",
    (pem) => {
      expect(refusalOf(() => requireCertificates("dev/Ldap", "certificate", pem))).toBe(
        "[dev/Ldap] certificate is not a PEM certificate: give the text from -----BEGIN CERTIFICATE----- to " +
          "-----END CERTIFICATE-----, and never a private key",
      );
    },
  );
});
