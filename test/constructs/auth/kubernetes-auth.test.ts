import { KubernetesAuth, type KubernetesAuthOptions } from "../../../constructs/auth/kubernetes-auth";
import { KubernetesReviewer } from "../../../constructs/auth/kubernetes-reviewer";
import { SecretInput } from "../../../constructs/core/secret-input";
import { onlyResource, resources, stackWithVault, synth, warnings } from "../../helpers/synth";

const certificateAuthority = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const reason = "This Vault runs outside of the cluster";
const token = SecretInput.variable("reviewer_token");

function declare(options: Partial<KubernetesAuthOptions> = {}, provider = "~> 5.6") {
  const stack = stackWithVault({ provider });
  const auth = new KubernetesAuth(stack, "Kubernetes", { host: "https://kubernetes.default.svc", ...options });
  const config = () => onlyResource(synth(stack), "vault_kubernetes_auth_backend_config");
  return { stack, auth, config, method: () => onlyResource(synth(stack), "vault_auth_backend") };
}

describe("KubernetesAuth", () => {
  it("has Vault's own account review tokens, and no issuer checked, unless told otherwise", () => {
    const { auth, config, method } = declare();
    expect(method()).toEqual({
      type: "kubernetes",
      path: "kubernetes",
      description: "Logins of programs in Kubernetes",
    });
    expect(config()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_auth_backend\.Kubernetes_\w+\.path\}$/) as unknown,
      kubernetes_host: "https://kubernetes.default.svc",
      disable_local_ca_jwt: false,
      disable_iss_validation: true,
    });
    expect(warnings(auth)).toEqual([]);
  });

  it("takes path, description, tuning, authority and issuer", () => {
    const { config, method } = declare({
      path: "cluster-a",
      description: "Cluster A",
      tuning: { maxLeaseTtl: "1h" },
      certificateAuthority,
      issuer: "https://kubernetes.default.svc.cluster.local",
    });
    expect(method()).toMatchObject({
      path: "cluster-a",
      description: "Cluster A",
      tune: [expect.objectContaining({ max_lease_ttl: "1h" })],
    });
    expect(config()).toMatchObject({
      kubernetes_ca_cert: certificateAuthority,
      issuer: "https://kubernetes.default.svc.cluster.local",
      disable_iss_validation: false,
    });
  });

  it("has the login review itself, leaving what lies in Vault's pod alone", () => {
    const { config } = declare({ certificateAuthority, reviewer: KubernetesReviewer.client() });
    expect(config()).toMatchObject({ disable_local_ca_jwt: true });
    expect(config()).not.toHaveProperty("token_reviewer_jwt");
  });

  it("takes a long-lived token with a warning that says why, and where it lies", () => {
    const { auth, config, stack } = declare({
      certificateAuthority,
      reviewer: KubernetesReviewer.token(token, { reason }),
    });
    expect(config()).toMatchObject({ disable_local_ca_jwt: true, token_reviewer_jwt: "${var.reviewer_token}" });
    expect(warnings(auth)).toEqual([`the reviewer's token lives long, and whoever finds it can use it: ${reason}`]);
    const resource = auth.node.findChild("Config");
    expect(warnings(resource)).toEqual([expect.stringContaining("may lack token_reviewer_jwt_wo (first in 5.7)")]);
    expect(resources(synth(stack), "vault_kubernetes_auth_backend_role")).toEqual([]);
  });

  it("keeps the long-lived token out of the state where the provider can", () => {
    const reviewer = KubernetesReviewer.token(token, { reason, version: 2 });
    expect(declare({ certificateAuthority, reviewer }, ">= 5.7").config()).toMatchObject({
      token_reviewer_jwt_wo: "${var.reviewer_token}",
      token_reviewer_jwt_wo_version: 2,
    });
  });

  it.each<[string, Partial<KubernetesAuthOptions>, string]>([
    ["a host without TLS", { host: "http://kubernetes" }, 'host "http://kubernetes" is not an https URL'],
    ["a key for the authority", { certificateAuthority: "secret" }, "certificateAuthority is not a PEM certificate"],
    ["an issuer that can't be", { issuer: "${a}" }, 'issuer "${a}" can\'t be compared with'],
    ["a pasted token", { reviewer: "eyJ" as unknown as KubernetesReviewer }, "reviewer was given as a string"],
    [
      "a reviewer that is not the pod's own, and no authority",
      { reviewer: KubernetesReviewer.client() },
      "certificateAuthority is not given, and the reviewer is not the one of Vault's own pod",
    ],
    ["a path that can't be", { path: "/k" }, 'path "/k" can\'t be used in a Vault path'],
    [
      "a token's version 0",
      { certificateAuthority, reviewer: KubernetesReviewer.token(token, { reason, version: 0 }) },
      "reviewer.tokenVersion 0 is out of range",
    ],
  ])("refuses %s", (_, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/Kubernetes] ${problem}`);
  });

  it("does not repeat a pasted token", () => {
    expect(() => declare({ reviewer: "eyJhbGciOi" as unknown as KubernetesReviewer })).not.toThrow(/eyJhbGciOi/);
  });
});

describe("KubernetesReviewer.token", () => {
  it.each(["", "because"])("refuses the reason %j", (given) => {
    expect(() => KubernetesReviewer.token(token, { reason: given })).toThrow(
      `[KubernetesReviewer.token] reason ${JSON.stringify(given)} is no reason`,
    );
  });

  it("refuses a token that is no SecretInput, and does not repeat it", () => {
    const paste = () => KubernetesReviewer.token("eyJhbGciOi" as unknown as SecretInput, { reason });
    expect(paste).toThrow("[KubernetesReviewer.token] token is a secret and was given as a string");
    expect(paste).not.toThrow(/eyJhbGciOi/);
  });
});
