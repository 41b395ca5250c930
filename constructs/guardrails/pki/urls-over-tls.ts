import { alwaysWarning } from "../../core/rule";
import { resourcesOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { pkiPages, urlsIn, urlsType } from "./pki";

export const urlsOverTls: Guardrail = {
  id: "LH-PKI-009",
  title: "what verifies certificates can be had before any certificate is verified",
  why: "who must verify the server's certificate to fetch the CRL that this takes never gets it; many clients don't even try https. All that lies there is signed",
  remedy:
    "give an http:// URL in aia_path, of a listener or a web server that serves nothing else; or waive it where another authority vouches for the server",
  severity: alwaysWarning,
  references: [pkiPages.urls, "https://www.rfc-editor.org/rfc/rfc5280#section-8"],
  check: (declaration) =>
    resourcesOf(declaration, urlsType).flatMap((resource) => {
      const secure = urlsIn(declaration, resource).filter((url) => url.startsWith("https://"));
      return secure.length === 0 ? [] : [{ resource, problem: `certificates name ${secure.join(", ")}` }];
    }),
};
