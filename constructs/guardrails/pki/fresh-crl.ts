import { errorFromStaging } from "../../core/rule";
import type { Guardrail } from "../guardrail";
import { issuingMounts, pkiPages, settingsOf } from "./pki";

export const freshCrl: Guardrail = {
  id: "LH-PKI-014",
  title: "there is always a CRL that counts",
  why: "a CRL that nobody makes anew ends after 72 hours, and who insists on one refuses every certificate then; without one nothing is revoked",
  remedy: "declare the CRL's configuration with auto_rebuild, and leave disable out",
  severity: errorFromStaging,
  references: [pkiPages.crl],
  check: (declaration) => {
    const settings = settingsOf(declaration, "crl");
    const wrong = settings.flatMap(({ resource, values }) => [
      ...(values["disable"] === true ? [{ resource, problem: "disable is true: there is no CRL" }] : []),
      ...(values["auto_rebuild"] === true
        ? []
        : [{ resource, problem: "auto_rebuild is not true: no CRL follows the last one" }]),
    ]);
    const declared = new Set(settings.map(({ mount }) => mount));
    const without = [...issuingMounts(declaration)]
      .filter(([mount]) => !declared.has(mount))
      .map(([mount, resource]) => ({ resource, problem: `nothing says how the CRL of mount ${mount} is made anew` }));
    return [...wrong, ...without];
  },
};
