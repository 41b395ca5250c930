import { alwaysError } from "../../core/rule";
import { textOf } from "../declaration";
import type { Guardrail } from "../guardrail";
import { connectionPage, connectionsOf } from "./connection";

/** What Vault fills in. */
const filledIn = /\{\{\s*(?:username|password)\s*\}\}/g;
/** A password behind a user in front of the host, or as a parameter; `{}` stands for what Vault fills in. */
const credentials =
  /^(?:\w+(?:\+\w+)?:\/\/)?[^/?@\s]*[:/](?!\{\}@)[^/?@\s]+@|\b(?:password|passwd|pwd)\s*=\s*(?!\{\})[^;&\s]/i;

export const credentialsInUrl: Guardrail = {
  id: "LH-DB-003",
  title: "no credentials inside a connection's URL",
  why: "the URL is shown to whoever may read the connection, lies in the state, and keeps the old password after a rotation",
  remedy: "write {{username}}:{{password}} into the URL, and give username and password_wo apart from it",
  severity: alwaysError,
  references: [`${connectionPage}#connection_url`],
  check: (declaration) =>
    connectionsOf(declaration)
      .filter(({ settings }) =>
        ["connection_url", "url"].some((argument) =>
          credentials.test((textOf(settings, argument) ?? "").replace(filledIn, "{}")),
        ),
      )
      // It is not repeated, since it may be a secret.
      .map(({ resource, engine }) => ({ resource, problem: `the URL of ${engine} holds a password` })),
};
