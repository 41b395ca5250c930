import { errorFromStaging } from "../../core/rule";
import { resourcesOf, textOf } from "../declaration";
import type { DeclaredResource, Guardrail } from "../guardrail";
import { ldapPage, ldapType } from "./ldap";

export const ldapTls: Guardrail = {
  id: "LH-AUTH-009",
  title: "a directory is asked over TLS, and its certificate is verified",
  why: "people's passwords cross the network, to whoever answers in the directory's place",
  remedy: "use ldaps:// or starttls, and give the directory's authority in certificate",
  severity: errorFromStaging,
  references: [ldapPage],
  check: (declaration) =>
    resourcesOf(declaration, ldapType).flatMap((resource) =>
      problemsOf(resource).map((problem) => ({ resource, problem })),
    ),
};

function problemsOf({ arguments: given }: DeclaredResource): string[] {
  const plain = (textOf(given, "url") ?? "").split(",").filter((url) => /^\s*ldap:\/\//i.test(url));
  return [
    ...(given["insecure_tls"] === true ? ["insecure_tls is true: anybody's certificate passes"] : []),
    ...(given["starttls"] === true ? [] : plain.map((url) => `${url.trim()} is asked without TLS`)),
  ];
}
