import { KvSecretsEngine } from "../../../constructs/secrets/kv-secrets-engine";
import { PkiSecretsEngine } from "../../../constructs/secrets/pki-secrets-engine";
import { TransitSecretsEngine } from "../../../constructs/secrets/transit-secrets-engine";
import type { Grant } from "../../../constructs/policy/policy-subject";
import { VaultPolicy } from "../../../constructs/policy/vault-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { addresses, stackWithVault, synth, warnings } from "../../helpers/synth";

function declare() {
  const stack = stackWithVault();
  const policy = new VaultPolicy(stack, "App", { name: "app" });
  return {
    stack,
    policy,
    kv: KvSecretsEngine.fromPath(stack, "Kv", "secret"),
    transit: TransitSecretsEngine.fromPath(stack, "Transit", "transit"),
    pki: PkiSecretsEngine.fromPath(stack, "Pki", "pki"),
    evaluator: () => new Evaluator([{ name: "app", rules: policy.toDocument().rules }]),
  };
}

const said = ({ rules }: Grant) => rules.map(({ path, capabilities }) => `${path}: ${capabilities.join(" ")}`);

describe("KvSecretsEngine", () => {
  const grants = [
    ["grantRead", ["data/app: read", "data/app/*: read", "metadata/app: read", "metadata/app/*: read"]],
    ["grantWrite", ["data/app: create update patch", "data/app/*: create update patch"]],
    ["grantList", ["metadata/app: list", "metadata/app/*: list"]],
    ["grantDescribe", ["metadata/app: create read update patch", "metadata/app/*: create read update patch"]],
    ["grantDelete", ["data/app: delete", "data/app/*: delete", "delete/app: update", "delete/app/*: update"]],
    ["grantUndelete", ["undelete/app: update", "undelete/app/*: update"]],
    [
      "grantDestroy",
      ["destroy/app: update", "destroy/app/*: update", "metadata/app: delete", "metadata/app/*: delete"],
    ],
  ] as const;

  it.each(grants)("%s gives the secret and what is below it", (method, rules) => {
    const { kv, policy } = declare();
    expect(said(kv[method](policy, "app"))).toEqual(rules.map((rule) => `secret/${rule}`));
  });

  it.each(grants)("%s gives nothing of a neighbour, nor of the folder above", (method) => {
    const { kv, policy, evaluator } = declare();
    kv[method](policy, "app");
    for (const area of ["data", "metadata", "delete", "undelete", "destroy"]) {
      for (const path of ["app-other", "application", "other", "app-other/x", ""]) {
        expect(evaluator().on(`secret/${area}/${path}`).capabilities).toEqual(["deny"]);
      }
    }
  });

  it("takes nothing away by a second grant further down", () => {
    const { kv, policy, evaluator } = declare();
    kv.grantWrite(policy, "app/state");
    kv.grantRead(policy, "app");
    for (const path of ["secret/data/app/state", "secret/data/app/state/one"]) {
      expect(evaluator().on(path).capabilities).toEqual(["create", "read", "update", "patch"]);
    }
    expect(evaluator().on("secret/data/app/statement").capabilities).toEqual(["read"]);
  });

  it("takes a prefix with an identity template", () => {
    const { kv, policy } = declare();
    expect(said(kv.grantList(policy, "users/{{identity.entity.name}}"))[0]).toBe(
      "secret/metadata/users/{{identity.entity.name}}: list",
    );
  });

  it.each(["", "/app", "app/", "a//b", "app/*", "+", "a/../b", "${var.x}", 'a"b', undefined as unknown as string])(
    "refuses the prefix %j",
    (prefix) => {
      const { kv, policy } = declare();
      expect(() => kv.grantRead(policy, prefix)).toThrow(
        `[dev/Kv] prefix ${JSON.stringify(prefix)} can't be the path of a secret: name a secret or a folder`,
      );
    },
  );

  it.each(["data/app", "metadata/app", "secret/app"])("warns of %s, which is a path of the API", (prefix) => {
    const { kv, policy } = declare();
    kv.grantRead(policy, prefix);
    expect(warnings(kv)).toEqual([expect.stringContaining(`prefix ${prefix} begins with`)]);
  });

  it("warns of nothing else", () => {
    const { kv, policy } = declare();
    kv.grantRead(policy, "database/app");
    expect(warnings(kv)).toEqual([]);
  });
});

describe("keys and certificates", () => {
  it("give what is asked for, by name", () => {
    const { transit, pki, policy } = declare();
    const key = transit.key("app");
    const role = pki.role("web");
    expect(said(key.grantEncrypt(policy))).toEqual(["transit/encrypt/app: update"]);
    expect(said(key.grantDecrypt(policy))).toEqual(["transit/decrypt/app: update"]);
    expect(said(key.grantRewrap(policy))).toEqual(["transit/rewrap/app: update"]);
    expect(said(key.grantSign(policy))).toEqual(["transit/sign/app: update", "transit/sign/app/+: update"]);
    expect(said(key.grantVerify(policy))).toEqual(["transit/verify/app: update", "transit/verify/app/+: update"]);
    expect(said(role.grantIssue(policy))).toEqual(["pki/issue/web: update"]);
    expect(said(role.grantSign(policy))).toEqual(["pki/sign/web: update"]);
    expect(said(pki.grantRevokeWithKey(policy))).toEqual(["pki/revoke-with-key: update"]);
  });

  it("give nothing of a neighbour", () => {
    const { transit, pki, policy, evaluator } = declare();
    transit.key("app").grantEncrypt(policy);
    transit.key("app").grantSign(policy);
    pki.role("web").grantIssue(policy);
    for (const path of ["transit/encrypt/app-other", "transit/sign/app-other/sha2-256", "pki/issue/web-other"]) {
      expect(evaluator().allows(path, "update")).toBe(false);
    }
    expect(evaluator().allows("transit/encrypt/app", "create")).toBe(false);
    expect(evaluator().allows("pki/revoke", "update")).toBe(false);
  });

  it("refuse names that can't be one", () => {
    const { transit, pki } = declare();
    expect(() => transit.key("a/b")).toThrow('[dev/Transit] key "a/b" can\'t be used in a Vault path');
    expect(() => pki.role("*")).toThrow('[dev/Pki] role "*" can\'t be used in a Vault path');
  });
});

describe("mounts that are managed elsewhere", () => {
  it("are declared by nothing but the policy", () => {
    const { stack, kv, policy } = declare();
    kv.grantRead(policy, "app");
    expect(addresses(synth(stack)).map((address) => address.split(".")[0])).toEqual(["vault_policy"]);
  });

  it.each([KvSecretsEngine, TransitSecretsEngine, PkiSecretsEngine])(
    "are refused twice, and at paths that can't be one",
    (mount) => {
      const { stack } = declare();
      expect(() => mount.fromPath(stack, "Again", "secret")).toThrow('[dev/Again] mount "secret" is declared already');
      expect(() => mount.fromPath(stack, "Bad", "a/")).toThrow('[dev/Bad] path "a/" can\'t be used in a Vault path');
    },
  );
});
