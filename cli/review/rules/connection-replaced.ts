import { becauseOf, connectionType, isRenamed, nameOf } from "../attributes";
import { changeRule } from "../rule";

export const connectionReplaced = changeRule("connection-replaced", "A database connection is made anew", (change) => {
  const { type, action, address, before, after } = change;
  if (type !== connectionType) return undefined;
  const remedy =
    "declare another connection beside it, move the roles once their leases have ended, and remove this one then; or keep what it would be replaced for";
  if (action === "replace") {
    return {
      risk: "blocked",
      what: `the connection ${nameOf(before, address)} is destroyed and made anew${becauseOf(change)}`,
      why: "no lease of its roles can be revoked while it is gone, and making it sends the declared admin password, which a rotation has made wrong",
      remedy,
    };
  }
  if (!isRenamed(change)) return undefined;
  return {
    risk: "blocked",
    what: `the connection ${nameOf(before, address)} is made anew as ${nameOf(after, address)}`,
    why: "the provider writes a second connection and leaves the old one on the server with its password, where nobody manages it; live leases hang on the old one",
    remedy,
  };
});
