import { errorFromStaging } from "../../core/rule";
import { listOf, resourcesOf, textOf } from "../declaration";
import type { Declaration, Guardrail } from "../guardrail";
import { clusterType, pkiPages, type Setting, settingsOf } from "./pki";

export const openAcme: Guardrail = {
  id: "LH-PKI-015",
  title: "ACME gives certificates to who has an account, as a role allows",
  why: "by default whoever reaches Vault gets certificates of each name that they answer for, as they ask for them, without any role",
  remedy:
    'set eab_policy to "always-required", name allowed_roles, set default_directory_policy to "forbid" or a role, and reach Vault by https',
  severity: errorFromStaging,
  references: [pkiPages.acme, "https://www.rfc-editor.org/rfc/rfc8555#section-6.1"],
  check: (declaration) =>
    settingsOf(declaration, "acme")
      .filter(({ values }) => values["enabled"] === true)
      .flatMap((setting) =>
        problemsOf(declaration, setting).map((problem) => ({ resource: setting.resource, problem })),
      ),
};

function problemsOf(declaration: Declaration, { mount, values }: Setting): string[] {
  const eab = textOf(values, "eab_policy") ?? "not-required";
  const roles = listOf(values, "allowed_roles");
  const policy = textOf(values, "default_directory_policy") ?? "sign-verbatim";
  const plain = resourcesOf(declaration, clusterType)
    .filter(({ arguments: given }) => given["backend"] === mount)
    .map(({ arguments: given }) => textOf(given, "path") ?? "")
    .filter((path) => path.startsWith("http://"));
  return [
    ...(eab === "not-required" ? ["eab_policy is not-required: anybody opens an account"] : []),
    ...(roles.length === 0 || roles.includes("*") ? ["allowed_roles are all of the mount's"] : []),
    ...(policy === "sign-verbatim"
      ? ["default_directory_policy is sign-verbatim: no role limits the certificates"]
      : []),
    ...plain.map((path) => `its clients are sent to ${path}, without TLS`),
  ];
}
