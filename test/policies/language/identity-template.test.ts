import { templateProblem, withAccessors } from "../../../policies/language/identity-template";

describe("templateProblem", () => {
  it.each([
    "no template at all",
    "secret/data/{{identity.entity.id}}/*",
    "{{ identity.entity.name }}/{{identity.entity.metadata.team.name}}",
    "{{identity.entity.aliases.auth_ldap_1a2b3c.name}}",
    "{{identity.entity.aliases.@kubernetes/prod.metadata.service_account_name}}",
    "{{identity.entity.aliases.@oidc.custom_metadata.cost centre}}",
    "{{identity.entity.aliases.@userpass.id}}",
    "{{identity.groups.ids.5a2b-1.name}}{{identity.groups.ids.5a2b-1.metadata.region}}",
    "{{identity.groups.names.ops.id}}{{identity.groups.names.ops.metadata.region}}",
    "{{time.now}}{{time.now.plus.1h}}{{time.now.minus.90s}}",
  ])("finds nothing in %s", (text) => {
    expect(templateProblem(text)).toBeUndefined();
  });

  it.each([
    ["{{identity.entity.nmae}}", "identity.entity.name"],
    ["{{identity.entity.metadta.team}}", "identity.entity.metadata.KEY"],
    ["{{identity.entity.alias.@userpass.name}}", "identity.entity.aliases.@MOUNT.name"],
    ["{{identity.entity.metadata}}", "identity.entity.metadata.KEY"],
    ["{{identity.group.names.ops.id}}", "identity.groups.names.NAME.id"],
    ["{{time.now.plus.soon}}", "time.now.plus.DURATION"],
  ])("finds what is meant by %s", (text, meant) => {
    expect(templateProblem(`secret/${text}`)).toEqual({
      problem: `has the template ${text}, which no server fills in`,
      remedy: `did you mean {{${meant}}}?`,
    });
  });

  it("names all that there are where none is near", () => {
    expect(templateProblem("{{username}}")?.remedy).toMatch(/^write one of identity\.entity\.id, /);
  });

  it.each(["{{identity.entity.id", "identity.entity.id}}", "{{identity.entity.id}", "{{a{{b}}}}"])(
    "finds the braces of %s unbalanced",
    (text) => {
      expect(templateProblem(text)?.problem).toBe("has a template that does not open and close");
    },
  );
});

describe("withAccessors", () => {
  it("puts the accessor in the place of the mount's path", () => {
    const text = "{{identity.entity.aliases.@kubernetes/prod.metadata.x}}/{{ identity.entity.aliases.@ldap.name }}";
    expect(withAccessors(text, (path) => `auth_${path.replace("/", "_")}`)).toBe(
      "{{identity.entity.aliases.auth_kubernetes_prod.metadata.x}}/{{ identity.entity.aliases.auth_ldap.name }}",
    );
  });
});
