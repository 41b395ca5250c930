import {
  defaultProviderConstraint,
  type ProviderFeature,
  ProviderFeatures,
} from "../../constructs/core/provider-features";
import { refusalOf } from "../helpers/environments";

/** Those that the bindings have no argument for, so that it is written past them. */
const newerThanBindings: readonly ProviderFeature[] = [
  "ldapBindPasswordWriteOnly",
  "kubernetesReviewerTokenWriteOnly",
  "awsSecretKeyWriteOnly",
];

const allFeatures: readonly ProviderFeature[] = [
  "passwordWriteOnly",
  "passwordAuthentication",
  "ldapConnectionTimeout",
  "ldapRequestTimeout",
  "ldapTuning",
  "kubernetesNamespaceSelector",
  "kvDataWriteOnly",
  "transitNewerKeyTypes",
  ...newerThanBindings,
];

describe("ProviderFeatures.of", () => {
  it.each([
    ["~> 5.6", true],
    ["~> 5.0", true],
    [">= 5.0", true],
    ["= 5.0.0", true],
    ["5.6.1", true],
    [">=5.0", true],
    ["> 4.4, >= 5.0", true],
    [">= 4.4, >= 5.0, < 6.0", true],
    [">= 4.4, < 6.0", false],
    ["= 4.4.0", false],
    ["~> 4.4", false],
    ["~> 4.10", false],
    [">= 4.4", false],
  ])("%s promises write-only passwords: %p", (constraint, promised) => {
    const features = ProviderFeatures.of(constraint);
    expect(features.constraint).toBe(constraint);
    expect(features.has("passwordWriteOnly")).toBe(promised);
  });

  it.each([
    ["~> 5.6", true],
    [">= 5.0", true],
    [">= 4.6", true],
    ["= 4.6.0", true],
    ["~> 4.10", true],
    [">= 4.5", false],
    ["= 4.4.0", false],
    [">= 4.4, < 6.0", false],
  ])("%s promises passwords sent as SCRAM verifiers: %p", (constraint, promised) => {
    expect(ProviderFeatures.of(constraint).has("passwordAuthentication")).toBe(promised);
  });

  it("takes constraints of a major version alone, as Terraform does", () => {
    expect(ProviderFeatures.of(">= 5").has("passwordWriteOnly")).toBe(true);
  });

  it.each([
    ["no lower bound", "< 6.0"],
    ["an exclusion only", "!= 5.0.0"],
    ["nothing", ""],
    ["a word", "latest"],
    ["too old a version", "= 4.3.0"],
    ["too old a minor", "~> 4.3"],
    ["too old a major", "~> 3.25"],
    ["too old a lower bound", ">= 3.0, < 6.0"],
  ])("refuses a constraint with %s", (_reason, constraint) => {
    expect(refusalOf(() => ProviderFeatures.of(constraint))).toBe(
      `[vault.provider] provider constraint ${JSON.stringify(constraint)} does not promise hashicorp/vault 4.4 or later: ` +
        `give a lower bound, such as "~> 5.6" or ">= 4.4"`,
    );
  });

  it("refuses a constraint of which one part is none, which Terraform would refuse later", () => {
    expect(refusalOf(() => ProviderFeatures.of(">= 5.0, banana"))).toContain(
      `[vault.provider] provider constraint ">= 5.0, banana"`,
    );
  });

  it("says where the constraint was given", () => {
    expect(refusalOf(() => ProviderFeatures.of("~> 3.0", "dev/Vault provider"))).toContain("[dev/Vault provider] ");
  });

  it("has every feature that the bindings have with the constraint that they were generated for", () => {
    const features = ProviderFeatures.of(defaultProviderConstraint);
    expect(allFeatures.filter((feature) => !features.has(feature))).toEqual(newerThanBindings);
  });

  it.each<[ProviderFeature, string, string]>([
    ["ldapConnectionTimeout", ">= 4.5", ">= 4.4"],
    ["kubernetesNamespaceSelector", ">= 4.6", ">= 4.5"],
    ["ldapRequestTimeout", ">= 5.4", ">= 5.3"],
    ["ldapTuning", ">= 5.4", ">= 5.3"],
    ["ldapBindPasswordWriteOnly", ">= 5.7", "~> 5.6"],
    ["kubernetesReviewerTokenWriteOnly", ">= 5.7", "~> 5.6"],
    ["awsSecretKeyWriteOnly", ">= 5.7", "~> 5.6"],
    ["awsStsRegion", ">= 4.6", ">= 4.5"],
    ["awsMaxRetries", ">= 5.4", ">= 5.3"],
  ])("%s comes with %s, not with %s", (feature, enough, tooOld) => {
    expect(ProviderFeatures.of(enough).has(feature)).toBe(true);
    expect(ProviderFeatures.of(tooOld).has(feature)).toBe(false);
  });
});

describe("require", () => {
  it("lets pass what the provider has", () => {
    expect(() => ProviderFeatures.of(">= 5.4").require("dev/Ldap", "tuning", "ldapTuning")).not.toThrow();
  });

  it("refuses an option that the provider may lack, with what that would cost and how to get it", () => {
    expect(refusalOf(() => ProviderFeatures.of("~> 4.4").require("dev/Ldap", "tuning", "ldapTuning"))).toBe(
      "[dev/Ldap] tuning is given, and hashicorp/vault ~> 4.4 may lack tune of vault_ldap_auth_backend (first in 5.4): " +
        'the mount keeps what the server is tuned to: raise vault.provider to ">= 5.4", or leave tuning out',
    );
  });
});

describe("explainAbsence", () => {
  const old = ProviderFeatures.of(">= 4.4, < 6.0");

  it.each<[ProviderFeature, string]>([
    [
      "passwordWriteOnly",
      "hashicorp/vault >= 4.4, < 6.0 may lack password_wo (first in 5.0): the admin password lies in the Terraform " +
        `state: have Vault rotate it after the first deploy. Raise vault.provider to ">= 5.0" to have it`,
    ],
    [
      "passwordAuthentication",
      "hashicorp/vault >= 4.4, < 6.0 may lack postgresql.password_authentication (first in 4.6): users' passwords reach " +
        "PostgreSQL as they are, so keep log_statement from logging CREATE ROLE. " +
        `Raise vault.provider to ">= 4.6" to have it`,
    ],
  ])("says of %s what is missing, what that costs and how to get it", (feature, explanation) => {
    expect(old.explainAbsence(feature)).toBe(explanation);
  });

  it.each(allFeatures)("advises a constraint that has %s", (feature) => {
    const advised = /Raise vault\.provider to "(.*?)"/.exec(old.explainAbsence(feature))?.[1] ?? "";
    expect(ProviderFeatures.of(advised).has(feature)).toBe(true);
  });
});
