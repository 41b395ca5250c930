import { z } from "zod";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";
import type { VaultClient } from "../vault-client";

export interface OidcLoginOptions {
  /** Path of the JWT auth method. */
  readonly path: string;
  /** Its role. */
  readonly role: string;
  /** The audience that the role is bound to. */
  readonly audience: string;
}

const idToken = z.object({ value: z.string().min(1) });
const login = z.object({ auth: z.object({ client_token: z.string().min(1) }) });

/**
 * A token by JWT login with what the CI system says of its job: nothing is kept there that could be stolen.
 *
 * @throws LeaseholdError when the job gets no id token, or Vault refuses it.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export async function oidcLogin(vault: VaultClient, options: OidcLoginOptions, env: HostEnvironment): Promise<string> {
  const jwt = env["VAULT_ID_TOKEN"] ?? (await githubIdToken(options.audience, env));
  const { auth } = await vault.ask(`auth/${options.path}/login`, { role: options.role, jwt }, login);
  return auth.client_token;
}

async function githubIdToken(audience: string, env: HostEnvironment): Promise<string> {
  const [url, token] = [env["ACTIONS_ID_TOKEN_REQUEST_URL"], env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]];
  if (url === undefined || token === undefined) {
    throw new LeaseholdError(
      "leasehold ci login",
      "the job has no id token",
      "give it the permission id-token: write on GitHub, or id_tokens: VAULT_ID_TOKEN on GitLab; pull requests from forks get none",
    );
  }
  const asked = new URL(url);
  asked.searchParams.set("audience", audience);
  try {
    const response = await fetch(asked, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(30_000),
    });
    return idToken.parse(await response.json()).value;
  } catch (thrown) {
    throw new LeaseholdError(
      "leasehold ci login",
      `GitHub gave no id token (${messageOf(thrown)})`,
      "run the job again",
    );
  }
}
