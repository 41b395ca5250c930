import { KubernetesAuth } from "../../../constructs/auth/kubernetes-auth";
import type { KubernetesRoleOptions } from "../../../constructs/auth/kubernetes-role";
import { namedResource, onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

const bound = { audience: "vault", serviceAccounts: ["app"], namespaces: ["shop"] };
const reason = "Only the shop's own team writes to its namespace";

function declare(options: Partial<KubernetesRoleOptions> = {}, { provider = "~> 5.6", name = "Shop" } = {}) {
  const stack = stackWithVault({ provider });
  const auth = new KubernetesAuth(stack, "Kubernetes", { host: "https://kubernetes.default.svc" });
  const role = auth.addRole(name, { ...bound, ...options });
  return { stack, auth, role, fields: () => onlyResource(synth(stack), "vault_kubernetes_auth_backend_role") };
}

describe("KubernetesRole", () => {
  it("is bound to audience, accounts and namespaces, its aliases by UID", () => {
    expect(declare().fields()).toEqual({
      backend: expect.stringMatching(/^\$\{vault_auth_backend\.Kubernetes_\w+\.path\}$/) as unknown,
      role_name: "shop",
      audience: "vault",
      bound_service_account_names: ["app"],
      bound_service_account_namespaces: ["shop"],
      alias_name_source: "serviceaccount_uid",
      token_ttl: 1200,
      token_max_ttl: 86_400,
      token_policies: [],
    });
  });

  it("takes token options, several accounts and another source of aliases", () => {
    const fields = declare({
      serviceAccounts: ["app", "worker"],
      namespaces: ["shop", "shop-staging"],
      aliasNameSource: "serviceaccount_name",
      tokenTtl: "5m",
    }).fields();
    expect(fields).toMatchObject({
      bound_service_account_names: ["app", "worker"],
      bound_service_account_namespaces: ["shop", "shop-staging"],
      alias_name_source: "serviceaccount_name",
      token_ttl: 300,
    });
  });

  it("gets its policy with the first grant", () => {
    const { stack, role, fields } = declare();
    role.grantPolicy.addRule({ path: "database/creds/app", capabilities: ["read"], reason: "For tests" });
    expect(fields()["token_policies"]).toEqual(["kubernetes-shop"]);
    expect(namedResource(synth(stack), "vault_policy", "kubernetes-shop")["policy"]).toContain("database/creds/app");
  });

  describe("with namespaces by their labels", () => {
    const namespaceSelector = { team: "shop", "kubernetes.io/metadata.name": "shop" };

    it("has a selector, sorted, and needs no names", () => {
      const fields = declare({ namespaces: undefined, namespaceSelector }).fields();
      expect(fields).not.toHaveProperty("bound_service_account_namespaces");
      expect(JSON.parse(fields["bound_service_account_namespace_selector"] as string)).toEqual({
        matchLabels: namespaceSelector,
      });
      expect(fields["bound_service_account_namespace_selector"]).toMatch(/kubernetes\.io.*team/);
    });

    it("is refused where the provider may lack that", () => {
      expect(() => declare({ namespaceSelector }, { provider: ">= 4.5" })).toThrow(
        "[dev/Kubernetes/Shop] namespaceSelector is given, and hashicorp/vault >= 4.5 may lack " +
          "bound_service_account_namespace_selector (first in 4.6)",
      );
      expect(() => declare({ namespaceSelector }, { provider: ">= 4.6" })).not.toThrow();
    });

    it.each([{}, { "": "shop" }, { team: "a b" }, { team: "${var.x}" }])("refuses the labels %j", (labels) => {
      expect(() => declare({ namespaceSelector: labels as Record<string, string> })).toThrow(
        `[dev/Kubernetes/Shop] namespaceSelector ${JSON.stringify(labels)} is no set of labels`,
      );
    });
  });

  describe("with *", () => {
    it.each([
      { serviceAccounts: ["*"] },
      { namespaces: ["*"] },
      { namespaces: ["shop-*"] },
      { serviceAccounts: ["app-*"], namespaces: ["shop-*"] },
    ])("takes %j with a reason, which it warns of", (bounds) => {
      const { role } = declare({ ...bounds, wildcardReason: reason });
      expect(warnings(role)).toEqual([`whoever may name an account or a namespace may log in: ${reason}`]);
    });

    it.each([{ serviceAccounts: ["*"] }, { namespaces: ["*"] }, { namespaces: ["shop", "a*"] }])(
      "refuses %j without a reason",
      (bounds) => {
        expect(() => declare(bounds)).toThrow("[dev/Kubernetes/Shop] wildcardReason undefined is no reason");
      },
    );

    it.each([
      ["*", "*"],
      ["**", "*"],
    ])("refuses account %s of namespace %s, whatever the reason", (account, namespace) => {
      expect(() => declare({ serviceAccounts: [account], namespaces: [namespace], wildcardReason: reason })).toThrow(
        "[dev/Kubernetes/Shop] serviceAccounts and namespaces are both *: every program in the cluster could log in",
      );
    });

    it("refuses a reason for nothing", () => {
      expect(() => declare({ wildcardReason: reason })).toThrow(
        "[dev/Kubernetes/Shop] wildcardReason is given, and there is no *: leave it out",
      );
    });
  });

  it.each<[string, Partial<KubernetesRoleOptions>, string]>([
    ["no audience", { audience: "" }, 'audience "" can\'t be compared with'],
    ["an audience left out", { audience: undefined }, "audience undefined can't be compared with"],
    ["no account", { serviceAccounts: [] }, "serviceAccounts is empty"],
    ["no namespace", { namespaces: [] }, "namespaces is empty"],
    ["an account that can't be", { serviceAccounts: ["App"] }, 'serviceAccounts "App" can\'t be a name in Kubernetes'],
    ["a namespace that can't be", { namespaces: ["a/b"] }, 'namespaces "a/b" can\'t be a name in Kubernetes'],
    ["an unknown source", { aliasNameSource: "uid" as "serviceaccount_uid" }, 'aliasNameSource "uid" is unknown'],
    ["an inverted TTL", { tokenTtl: "2h", tokenMaxTtl: "1h" }, "tokenTtl 2h exceeds tokenMaxTtl 1h"],
  ])("refuses %s", (_, options, problem) => {
    expect(() => declare(options)).toThrow(`[dev/Kubernetes/Shop] ${problem}`);
  });

  it("refuses a name that another role has, whatever its case", () => {
    expect(() => declare().auth.addRole("shop", bound)).toThrow('login of auth/kubernetes "shop" is declared already');
  });

  it("refuses a name that can't be used in a path", () => {
    expect(() => declare({}, { name: "a b" })).toThrow('name "a b" can\'t be used in a Vault path');
  });
});
