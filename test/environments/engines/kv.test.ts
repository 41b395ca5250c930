import { secretPath } from "../../../constructs/core/secret-path";
import { SecretInput } from "../../../constructs/core/secret-input";
import { parseEnvironment } from "../../../environments/load";
import { deployerPolicy } from "../../../environments/subjects/deployer-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { environmentWith, refusalOf } from "../../helpers/environments";

const location = { environment: "prod", application: "shop", component: "payments", secret: "stripe" };
const data = { key: SecretInput.variable("stripe_key") };
const withKv = (kv: object, more: object = {}) =>
  environmentWith({ engines: [{ type: "kv", path: "secret", ...kv }], ...more });
const withSecret = (secret: object) => withKv({ secrets: [{ path: "prod/shop", ...secret }] });
const kvOf = (given: unknown) => parseEnvironment(given).engines[0];

describe("a KV engine of an environment", () => {
  it("may be declared with all that it has", () => {
    const secret = {
      customMetadata: { owner: "shop" },
      maxVersions: 5,
      casRequired: true,
      deleteVersionAfter: "30d",
      data,
      dataVersion: 2,
      valueInStateReason: "the state is sealed",
      destroyReason: "made anew by its job",
    };
    const kv = { description: "Secrets", version: 2, maxVersions: 20, casRequired: false, deleteVersionAfter: "90d" };
    expect(kvOf(withKv({ ...kv, secrets: [{ path: "prod/shop", ...secret }] }))).toEqual({
      type: "kv",
      path: "secret",
      ...kv,
      secrets: [{ path: "prod/shop", ...secret }],
    });
    expect(kvOf(withKv({}))).toEqual({ type: "kv", path: "secret", secrets: [] });
  });

  it("takes paths by the convention, in secrets and in grants", () => {
    const environment = parseEnvironment(
      withKv(
        { secrets: [{ path: location }] },
        {
          "auth[0].roles[0].kv": [
            { mount: "secret", path: { environment: "prod", application: "shop" }, may: ["read", "describe"] },
          ],
        },
      ),
    );
    expect(environment.engines[0]).toMatchObject({ secrets: [{ path: secretPath(location) }] });
    const [method] = environment.auth;
    expect(method).toMatchObject({ roles: [{ kv: [{ path: "prod/shop" }] }, {}] });
  });

  it.each<[string, object, string]>([
    ["version", { version: 1 }, "must be 2: KV version 1 keeps one value of a secret"],
    ["maxVersions", { maxVersions: 0 }, "Too small"],
    ["casRequired", { casRequired: "yes" }, "Invalid input"],
    ["deleteVersionAfter", { deleteVersionAfter: "soon" }, '"soon" is not a duration'],
    ["", { keys: [] }, "Unrecognized key"],
  ])("is refused in %s", (field, given, message) => {
    expect(refusalOf(() => parseEnvironment(withKv(given)))).toContain(
      `engines[0]${field === "" ? "" : `.${field}`} ${message}`,
    );
  });

  it.each<[string, object, string]>([
    ["path", { path: "/shop" }, '"/shop" is not a mount path'],
    ["path", { path: { ...location, component: undefined } }, "is needed where there is a secret"],
    ["path", { path: { ...location, environment: "a/b" } }, '"a/b" is not a name'],
    ["customMetadata.owner", { customMetadata: { owner: 1 } }, "Invalid input"],
    ["maxVersions", { maxVersions: 1_001 }, "Too big"],
    ["casRequired", { casRequired: 1 }, "Invalid input"],
    ["deleteVersionAfter", { deleteVersionAfter: "1w" }, '"1w" is not a duration'],
    ["data.key", { data: { key: "hunter2" } }, "is a secret: give SecretInput.variable(...)"],
    ["dataVersion", { data, dataVersion: 0 }, "Too small"],
  ])("is refused in %s of a secret", (field, given, message) => {
    const refusal = refusalOf(() => parseEnvironment(withSecret(given)));
    expect(refusal).toContain(`engines[0].secrets[0].${field}`);
    expect(refusal).toContain(message);
    expect(refusal).not.toContain("hunter2");
  });

  it("has each secret once, however its path is written", () => {
    const secrets = [{ path: location }, { path: "prod/shop/payments/stripe" }];
    expect(refusalOf(() => parseEnvironment(withKv({ secrets })))).toContain(
      'engines[0].secrets[1].path secret "prod/shop/payments/stripe" is declared twice',
    );
  });

  describe("lets its deployer", () => {
    const secrets = [
      { path: "app/described" },
      { path: "app/seeded", data },
      { path: "app/gone", destroyReason: "made anew by its job" },
    ];
    const { rules } = deployerPolicy(parseEnvironment(withKv({ secrets })));
    const may = (path: string) => new Evaluator([{ name: "deployer", rules }]).on(path).capabilities;

    it("configure the mount and describe its secrets", () => {
      for (const path of ["secret/config", "secret/metadata/app/described", "secret/metadata/declared/no/more"]) {
        expect(may(path)).toEqual(["create", "read", "update"]);
      }
    });

    it("seed and destroy those that say so, and read no value", () => {
      expect(may("secret/data/app/seeded")).toEqual(["create", "update", "delete"]);
      expect(may("secret/metadata/app/gone")).toEqual(["create", "read", "update", "delete"]);
      for (const path of ["data/app/described", "data/app/gone", "data/other", "destroy/app/seeded", "undelete/app"]) {
        expect(may(`secret/${path}`)).toEqual(["deny"]);
      }
    });
  });
});
