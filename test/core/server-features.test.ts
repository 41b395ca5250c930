import {
  defaultServer,
  type ServerFeature,
  ServerFeatures,
  serverFeatures,
  serverOf,
  type VaultServer,
} from "../../constructs/core/server-features";
import { unknownCapabilities } from "../../policies/evaluator/policy-server";
import { refusalOf } from "../helpers/environments";

const community = (version: string): VaultServer => ({ product: "vault", edition: "community", version });
const enterprise = (version: string): VaultServer => ({ product: "vault", edition: "enterprise", version });
const openbao = (version: string): VaultServer => ({ product: "openbao", version });
const has = (server: VaultServer, feature: ServerFeature) => ServerFeatures.of(server).has(feature);

describe("ServerFeatures.of", () => {
  it.each([
    [community("1.21"), "Vault Community 1.21"],
    [enterprise("1.16"), "Vault Enterprise 1.16"],
    [openbao("2.2"), "OpenBao 2.2"],
  ])("takes %j", (server, title) => {
    expect(ServerFeatures.of(server).title).toBe(title);
  });

  it.each([
    [community("1.15"), "1.16"],
    [community("1.9"), "1.16"],
    [community("2.7"), "1.16"],
    [community("1.21.1"), "1.16"],
    [community(""), "1.16"],
    [openbao("2.1"), "2.2"],
    [openbao("1.21"), "2.2"],
    [openbao("latest"), "2.2"],
  ])("refuses the version of %j", (server, oldest) => {
    expect(refusalOf(() => ServerFeatures.of(server, "dev server"))).toContain(
      `[dev server] version "${server.version}" is no version of ${server.product} that Leasehold works with: ` +
        `write its major and minor version, ${oldest} or later`,
    );
  });
});

describe("the matrix", () => {
  it.each<[ServerFeature, readonly VaultServer[], readonly VaultServer[]]>([
    ["namespaces", [enterprise("1.16"), openbao("2.3"), openbao("2.10")], [community("1.21"), openbao("2.2")]],
    ["awsWorkloadIdentity", [enterprise("1.17")], [enterprise("1.16"), community("1.21"), openbao("2.7")]],
    ["awsSecrets", [community("1.16"), enterprise("1.16")], [openbao("2.7")]],
    ["automaticRootRotation", [enterprise("1.19")], [enterprise("1.18"), community("1.21"), openbao("2.7")]],
    ["staticRoleSchedule", [community("1.16"), enterprise("1.16")], [openbao("2.7")]],
    ["recoverCapability", [community("1.20"), enterprise("1.21")], [community("1.19"), openbao("2.7")]],
    ["subscribeCapability", [community("1.16")], [openbao("2.7")]],
    ["auditDevicesByApi", [community("1.16"), enterprise("1.16")], [openbao("2.2"), openbao("2.7")]],
    ["ldapLogin", [community("1.16")], [openbao("2.7")]],
    ["transitCmac", [enterprise("1.17")], [enterprise("1.16"), community("1.21"), openbao("2.7")]],
    ["transitCmac192", [enterprise("1.20")], [enterprise("1.19"), community("1.21"), openbao("2.7")]],
    ["transitMlDsa", [enterprise("1.19")], [enterprise("1.18"), community("1.21"), openbao("2.7")]],
    ["transitSlhDsa", [enterprise("1.20")], [enterprise("1.19"), community("1.21"), openbao("2.7")]],
    ["transitXChaCha20", [openbao("2.2")], [community("1.21"), enterprise("1.21")]],
    ["mongodbPlugin", [community("1.16")], [openbao("2.7")]],
  ])("says who has %s", (feature, having, lacking) => {
    for (const server of having) expect([server, has(server, feature)]).toEqual([server, true]);
    for (const server of lacking) expect([server, has(server, feature)]).toEqual([server, false]);
  });

  it("says of capabilities what the evaluator of policies says", () => {
    for (const capability of ["subscribe", "recover"] as const) {
      expect(has(openbao("2.7"), `${capability}Capability`)).toBe(!unknownCapabilities.openbao.includes(capability));
      expect(has(defaultServer, `${capability}Capability`)).toBe(!unknownCapabilities.vault.includes(capability));
    }
  });

  it.each(serverFeatures)("has a server for %s, so that its refusal can name one", (feature) => {
    expect([enterprise("1.99"), openbao("2.99")].some((server) => has(server, feature))).toBe(true);
  });
});

describe("require", () => {
  it("lets pass what the server has", () => {
    expect(() => ServerFeatures.of(openbao("2.3")).require("dev", "namespace", "namespaces")).not.toThrow();
  });

  it.each<[VaultServer, ServerFeature, string]>([
    [
      community("1.21"),
      "namespaces",
      "[dev] field is given, and Vault Community 1.21 lacks namespaces (first in Vault Enterprise 0.11, OpenBao 2.3): " +
        "leave namespace out, and keep what it should hold apart by the paths of its mounts, or name another server in " +
        "vault.server if that is not what runs",
    ],
    [
      openbao("2.7"),
      "gitHubLogin",
      "OpenBao 2.7 lacks the GitHub auth method (every Vault has it): log people in by OIDC",
    ],
    [
      community("1.19"),
      "recoverCapability",
      "Vault Community 1.19 lacks policies with the capability recover (first in Vault 1.20)",
    ],
  ])("refuses of %j %s, with who has it and what to do", (server, feature, message) => {
    expect(refusalOf(() => ServerFeatures.of(server).require("dev", "field", feature))).toContain(message);
  });
});

describe("serverOf", () => {
  it.each([
    ["vault", "1.21.1", community("1.21")],
    ["vault", "1.19.3+ent", enterprise("1.19")],
    ["vault", "1.20.0+ent.hsm", enterprise("1.20")],
    ["openbao", "2.7.2", openbao("2.7")],
  ] as const)("takes %s %s", (product, version, server) => {
    expect(serverOf(product, version)).toEqual(server);
  });
});
