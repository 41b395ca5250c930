import { alwaysError } from "../../constructs/core/rule";
import { type LintRule, policyPage } from "./lint-rule";

const alias = /\{\{\s*identity\.entity\.aliases\.([^@.\s{}][^.{}]*)\.[^{}]*\}\}/;
const group = /\{\{\s*identity\.groups\.ids\.([^.{}]+)\.[^{}]*\}\}/;

export const typedAccessor: LintRule = {
  id: "LH-POL-008",
  title: "no accessor and no id typed by hand",
  why: "the server makes them: on another server, or when the auth method is mounted again, the template is never filled in and the rule does not count",
  remedy: "name the auth method by its path, as in {{identity.entity.aliases.@ldap.name}}",
  severity: alwaysError,
  references: [`${policyPage}#templated-policies`],
  check: (rules) =>
    rules.flatMap((rule) => {
      const accessor = alias.exec(rule.path)?.[1];
      if (accessor !== undefined) return [{ rule, problem: `path "${rule.path}" has the accessor ${accessor} in it` }];
      const id = group.exec(rule.path)?.[1];
      if (id === undefined) return [];
      const remedy = "name the group, as in {{identity.groups.names.developers.id}}";
      return [{ rule, problem: `path "${rule.path}" has the id ${id} of a group in it`, remedy }];
    }),
};
