import { isPkiSetting, textOf } from "../attributes";
import { changeRule } from "../rule";

/** The provider calls the values sensitive, since they could be a secret of any kind; Vault removes none of these settings. */
export const pkiSettingChanged = changeRule(
  "pki-setting-changed",
  "How a PKI mount revokes, tidies or answers ACME changes",
  ({ type, action, before, after, address }) => {
    if (!isPkiSetting(type, after ?? before)) return undefined;
    const path = textOf(after ?? before, "path") ?? address;
    if (action === "delete") {
      return {
        risk: "careful",
        what: `${path} is declared no more, and stays on the server as it is`,
        why: "Vault has no way to remove it: what is on stays on until the mount goes",
        remedy: "where it is ACME or tidying that is to end, declare enabled: false and deploy that first",
      };
    }
    if (action !== "update") return undefined;
    return {
      risk: "careful",
      what: `${path} changes`,
      why: /acme$/.test(path)
        ? "it decides who gets certificates without a login"
        : "it decides how soon what was revoked is known, and for how long a CRL counts",
      remedy: "see in the declaration what it is to be: the plan does not show it",
    };
  },
);
