import { z } from "zod";
import { duration, name, secret } from "../fields";
import { subject } from "../subjects/subject";
import { method, tokens } from "./method";

const text = z.string().min(1);
const texts = z.array(text).min(1);
const leeway = z.union([duration, z.literal("none")]);

/** How Vault can check signatures; none of them by a shared secret. */
const algorithms = z
  .array(z.enum(["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA"]))
  .min(1);

/** What the claims of a token must be, and what is made of them. */
const claims = {
  boundSubject: text.optional(),
  boundClaims: z.record(text, z.union([text, texts])).optional(),
  boundClaimsType: z.enum(["string", "glob"]).optional(),
  anyHolder: text.optional(),
  userClaim: text.optional(),
  groupsClaim: text.optional(),
  claimMappings: z.record(text, text).optional(),
};

const jwtRole = z.strictObject({
  name,
  boundAudiences: texts,
  expirationLeeway: leeway.optional(),
  notBeforeLeeway: leeway.optional(),
  clockSkewLeeway: leeway.optional(),
  ...claims,
  ...tokens,
  ...subject,
});

const gitHubActionsRole = z.strictObject({
  name,
  audience: text,
  repository: text.optional(),
  organization: text.optional(),
  repositoryId: text.optional(),
  ref: text.optional(),
  environment: text.optional(),
  anyRef: text.optional(),
  events: texts.optional(),
  strangersMayStart: text.optional(),
  ...tokens,
  ...subject,
});

const gitLabCiRole = z.strictObject({
  name,
  audience: text,
  projectPath: text.optional(),
  namespacePath: text.optional(),
  ref: text.optional(),
  refType: z.enum(["branch", "tag"]).optional(),
  environment: text.optional(),
  unprotectedRefs: text.optional(),
  ...tokens,
  ...subject,
});

/** Whose signatures are trusted. */
export const jwtKeys = z.union(
  [
    z.strictObject({ discoveryUrl: text, caPem: text.optional() }),
    z.strictObject({ jwksUrl: text, caPem: text.optional() }),
    z.strictObject({ publicKeys: texts }),
  ],
  { error: "is not where keys come from: give one of discoveryUrl, jwksUrl and publicKeys" },
);

/** Whoever has a token that an issuer signed. */
export const jwt = z.strictObject({
  method: z.literal("jwt"),
  ...method,
  keys: jwtKeys,
  boundIssuer: text.optional(),
  supportedAlgorithms: algorithms.optional(),
  defaultRole: name.optional(),
  roles: z.array(jwtRole).default([]),
  gitHubActionsRoles: z.array(gitHubActionsRole).default([]),
  gitLabCiRoles: z.array(gitLabCiRole).default([]),
});

/** People who log in at an issuer, in a browser. */
export const oidc = z.strictObject({
  method: z.literal("oidc"),
  ...method,
  discoveryUrl: text,
  caPem: text.optional(),
  clientId: text,
  clientSecret: secret,
  clientSecretVersion: z.int().min(1).optional(),
  responseMode: z.enum(["query", "form_post"]).optional(),
  supportedAlgorithms: algorithms.optional(),
  defaultRole: name.optional(),
  providerConfig: z.record(text, z.string()).optional(),
  roles: z
    .array(
      z.strictObject({
        name,
        allowedRedirectUris: texts,
        oidcScopes: texts.optional(),
        boundAudiences: texts.optional(),
        maxAge: duration.optional(),
        ...claims,
        ...tokens,
        ...subject,
      }),
    )
    .min(1),
});
