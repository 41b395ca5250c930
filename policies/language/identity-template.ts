import { nearest } from "../../constructs/core/nearest";

/** Gives the accessor of the auth method at a path below `auth/`. */
export type AccessorOf = (mountPath: string) => string;

const aliasPattern =
  /(\{\{\s*identity\.entity\.aliases\.)@([\w./-]+?)(?=\.(?:id|name|metadata\.|custom_metadata\.)[^{}]*\}\})/g;

/**
 * The text with every auth method that it names by the path of its mount, `{{identity.entity.aliases.@ldap.name}}`, named by the
 * accessor, as Vault wants it.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#templated-policies
 */
export function withAccessors(text: string, accessorOf: AccessorOf): string {
  return text.replace(aliasPattern, (_, before: string, path: string) => `${before}${accessorOf(path)}`);
}

const template = /\{\{([^{}]*)\}\}/g;

/** The text with a plain word in place of each template. */
export function withoutTemplates(text: string): string {
  return text.replace(template, "template");
}

/**
 * What Vault can fill in. It accepts any other text between the braces, and then leaves the whole rule out whenever the policy is
 * used. Lists (`identity.entity.groups.names`) and whole maps are for tokens of the identity engine, not for policies.
 */
const selectors: Readonly<Record<string, RegExp>> = {
  "identity.entity.id": /^identity\.entity\.id$/,
  "identity.entity.name": /^identity\.entity\.name$/,
  "identity.entity.metadata.KEY": /^identity\.entity\.metadata\..+$/,
  "identity.entity.aliases.@MOUNT.id": /^identity\.entity\.aliases\.(@[\w./-]+|\w+)\.id$/,
  "identity.entity.aliases.@MOUNT.name": /^identity\.entity\.aliases\.(@[\w./-]+|\w+)\.name$/,
  "identity.entity.aliases.@MOUNT.metadata.KEY": /^identity\.entity\.aliases\.(@[\w./-]+|\w+)\.metadata\..+$/,
  "identity.entity.aliases.@MOUNT.custom_metadata.KEY":
    /^identity\.entity\.aliases\.(@[\w./-]+|\w+)\.custom_metadata\..+$/,
  "identity.groups.ids.ID.name": /^identity\.groups\.ids\.[^.]+\.(id|name)$/,
  "identity.groups.ids.ID.metadata.KEY": /^identity\.groups\.ids\.[^.]+\.metadata\..+$/,
  "identity.groups.names.NAME.id": /^identity\.groups\.names\.[^.]+\.(id|name)$/,
  "identity.groups.names.NAME.metadata.KEY": /^identity\.groups\.names\.[^.]+\.metadata\..+$/,
  "time.now": /^time\.now$/,
  "time.now.plus.DURATION": /^time\.now\.plus\.\d[\d.smhd]*$/,
  "time.now.minus.DURATION": /^time\.now\.minus\.\d[\d.smhd]*$/,
};

/** What is wrong with the templates of a text, and how to mend it; undefined where nothing is. */
export function templateProblem(text: string): { readonly problem: string; readonly remedy: string } | undefined {
  if (/\{\{|\}\}/.test(withoutTemplates(text))) {
    return {
      problem: "has a template that does not open and close",
      remedy: "write {{ before a template and }} after it",
    };
  }
  const known = Object.keys(selectors);
  for (const [whole, content = ""] of text.matchAll(template)) {
    const selector = content.trim();
    if (Object.values(selectors).some((form) => form.test(selector))) continue;
    const meant = nearest(selector, known);
    return {
      problem: `has the template ${whole}, which no server fills in`,
      remedy: meant === undefined ? `write one of ${known.join(", ")}` : `did you mean {{${meant}}}?`,
    };
  }
  return undefined;
}
