import { parseEnvironment } from "../../../environments/load";
import { deployerPolicy } from "../../../environments/subjects/deployer-policy";
import { Evaluator } from "../../../policies/evaluator/evaluator";
import { environmentWith, refusalOf } from "../../helpers/environments";

const withKeys = (keys: readonly object[], more: object = {}) =>
  environmentWith({ engines: [{ type: "transit", path: "transit", keys }], ...more });
const granted = (key: string, mount = "transit") => ({
  "auth[0].roles[0].transit": [
    { mount, key, may: ["encrypt", "hmac", "datakey", "wrapped-datakey", "read-key", "rotate"] },
  ],
});

describe("a Transit engine of an environment", () => {
  it("may be declared with all that it has", () => {
    const keys = [
      { name: "orders", rotationPeriod: "30d", minDecryptionVersion: 2, minEncryptionVersion: 3 },
      { name: "search", type: "aes256-gcm96", derived: true, convergent: true, rotationPeriod: "never" },
      { name: "mac", type: "hmac", keySize: 64 },
      { name: "signer", type: "ml-dsa", parameterSet: "65" },
      {
        name: "moving",
        exportableReason: "it moves away",
        plaintextBackupReason: "it moves away",
        deletableReason: "it moves away",
      },
    ];
    expect(parseEnvironment(withKeys(keys)).engines).toEqual([{ type: "transit", path: "transit", keys }]);
  });

  it.each<[string, object, string]>([
    ["name", { name: "a/b" }, '"a/b" is not a name'],
    ["type", { type: "aes" }, "Invalid option"],
    ["rotationPeriod", { rotationPeriod: "often" }, "Invalid input"],
    ["minDecryptionVersion", { minDecryptionVersion: 0 }, "Too small"],
    ["minEncryptionVersion", { minEncryptionVersion: 0 }, "Too small"],
    ["derived", { derived: "yes" }, "Invalid input"],
    ["convergent", { convergent: "yes" }, "Invalid input"],
    ["keySize", { keySize: 31 }, "Too small"],
    ["parameterSet", { parameterSet: 44 }, "Invalid input"],
    ["exportableReason", { exportableReason: true }, "Invalid input"],
    ["plaintextBackupReason", { plaintextBackupReason: true }, "Invalid input"],
    ["deletableReason", { deletableReason: true }, "Invalid input"],
  ])("is refused in %s", (field, key, message) => {
    const refusal = refusalOf(() => parseEnvironment(withKeys([{ name: "orders", ...key }])));
    expect(refusal).toContain(`engines[0].keys[0].${field}`);
    expect(refusal).toContain(message);
  });

  it("has each key once", () => {
    expect(refusalOf(() => parseEnvironment(withKeys([{ name: "orders" }, { name: "orders" }])))).toContain(
      'engines[0].keys[1].name key "orders" is declared twice',
    );
  });

  it("has the keys that are granted, where the mount is declared", () => {
    expect(() => parseEnvironment(withKeys([{ name: "orders" }], granted("orders")))).not.toThrow();
    expect(() => parseEnvironment(withKeys([], granted("orders", "elsewhere")))).not.toThrow();
    expect(refusalOf(() => parseEnvironment(withKeys([{ name: "orders" }], granted("order"))))).toContain(
      'auth[0].roles[0].transit[0].key key of transit "order" is not declared: declare it or use one of orders',
    );
  });

  it("lets its deployer make and configure keys, and use none", () => {
    const { rules } = deployerPolicy(parseEnvironment(withKeys([{ name: "orders" }])));
    const may = (path: string) => new Evaluator([{ name: "deployer", rules }]).on(`transit/${path}`).capabilities;
    expect(may("keys/orders")).toEqual(["create", "read", "update", "delete"]);
    expect(may("keys/orders/config")).toEqual(["create", "update"]);
    for (const path of ["keys/orders/rotate", "encrypt/orders", "decrypt/orders", "sign/orders", "backup/orders"]) {
      expect(may(path)).toEqual(["deny"]);
    }
    expect(may("export/encryption-key/orders")).toEqual(["deny"]);
  });
});
