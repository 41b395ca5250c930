import { isKept, listOf, nameOf } from "../attributes";
import { changeRule } from "../rule";

const memberAttributes = ["member_entity_ids", "member_group_ids"];

/** Of groups whose policies are declared, the words for policies say what each new member gains. */
export const groupWidened = changeRule("group-widened", "A group gets more members", (change) => {
  const { type, before, after, address } = change;
  if (!/^vault_identity_group(_member_(entity|group)_ids)?$/.test(type) || !isKept(change)) return undefined;
  if (listOf(after, "policies").length > 0) return undefined;
  const added = memberAttributes.flatMap((name) => {
    const old = new Set(listOf(before, name));
    return listOf(after, name).filter((each) => !old.has(each));
  });
  if (added.length === 0) return undefined;
  return {
    risk: "careful",
    what: `${added.length} member${added.length === 1 ? "" : "s"} join${added.length === 1 ? "s" : ""} the group ${nameOf(after, address)}`,
    why: "each gets whatever the group is given, also where this plan does not show it",
    remedy: "see that they are meant to",
  };
});
