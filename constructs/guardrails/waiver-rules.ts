import { alwaysError, type Rule } from "../core/rule";

/** What can be wrong with waivers. They are no guardrails: no waiver overrules them. */
export const unknownGuardrail: Rule = {
  id: "LH-WVR-001",
  title: "a waiver names a guardrail",
  why: "a waiver with a mistyped id overrules nothing, and would overrule whatever gets that id one day",
  remedy: "name the id that a finding shows",
  severity: alwaysError,
  references: [],
};

export const unusedWaiver: Rule = {
  id: "LH-WVR-002",
  title: "a waiver overrules something",
  why: "what it was for is gone or was never there, and it would hide the next mistake",
  remedy: "take the waiver out, or mend the construct's path",
  severity: alwaysError,
  references: [],
};

export const expiredWaiver: Rule = {
  id: "LH-WVR-003",
  title: "a waiver has not expired",
  why: "whoever gave it a last day meant the finding to be mended by then",
  remedy: "do what the guardrail asks for, or give the waiver another day in `until`",
  severity: alwaysError,
  references: [],
};

/** In the order of their ids. */
export const waiverRules: readonly Rule[] = [unknownGuardrail, unusedWaiver, expiredWaiver];
