import fc from "fast-check";
import { capabilities, type Capability } from "../../policies/capability";
import type { PolicyRule } from "../../policies/policy-rule";
import { PolicyDocument } from "../../policies/policy-document";
import { refusalOf } from "../helpers/environments";

const readOrders: PolicyRule = {
  path: "database/creds/orders",
  capabilities: ["read"],
  reason: "Users of role orders",
};

const pathRemedy = "write a path as Vault's API has it, with + for one segment and * at the end only";

describe("PolicyDocument.toHcl", () => {
  it("writes a rule with its reason above it", () => {
    expect(new PolicyDocument([readOrders]).toHcl()).toBe(
      `# Users of role orders
path "database/creds/orders" {
  capabilities = ["read"]
}
`,
    );
  });

  it("writes rules by path, an empty line apart", () => {
    const leases: PolicyRule = { path: "sys/leases/renew", capabilities: ["update"], reason: "Renews leases" };
    const all: PolicyRule = { path: "a/+/b*", capabilities: ["list", "read"], reason: "Looks around" };
    expect(new PolicyDocument([leases, readOrders, all]).toHcl()).toBe(
      `# Looks around
path "a/+/b*" {
  capabilities = ["read", "list"]
}

# Users of role orders
path "database/creds/orders" {
  capabilities = ["read"]
}

# Renews leases
path "sys/leases/renew" {
  capabilities = ["update"]
}
`,
    );
  });

  it("is empty without rules", () => {
    expect(new PolicyDocument().toHcl()).toBe("");
  });

  it("keeps a reason on its one comment line, so that it can't end the comment", () => {
    const document = new PolicyDocument([{ ...readOrders, reason: ' Why\n}\npath "*" {\r\n  really\u2028so ' }]);
    expect(document.toHcl().split("\n")[0]).toBe('# Why } path "*" { really so');
    expect(document.toHcl().match(/^path/gm)).toHaveLength(1);
  });

  it("writes identity templates as they are", () => {
    const path = "secret/data/{{identity.entity.id}}/*";
    expect(new PolicyDocument([{ ...readOrders, path }]).toHcl()).toContain(`path "${path}" {`);
  });
});

describe("PolicyDocument.rules", () => {
  it("makes one rule of all on a path", () => {
    const document = new PolicyDocument([readOrders]);
    document.add({ path: readOrders.path, capabilities: ["update", "read"], reason: "Checks them" });
    expect(document.rules).toEqual([
      { path: readOrders.path, capabilities: ["read", "update"], reason: "Checks them; Users of role orders" },
    ]);
  });

  it("tells a reason once", () => {
    const document = new PolicyDocument([readOrders, { ...readOrders, reason: "Users  of role\norders" }]);
    expect(document.rules).toEqual([readOrders]);
  });

  it("keeps apart paths that only match alike", () => {
    const paths = ["database/creds/*", "database/creds/+", "database/creds/orders"];
    const document = new PolicyDocument(paths.map((path) => ({ ...readOrders, path })));
    expect(document.rules.map(({ path }) => path)).toEqual(paths);
  });

  it("has capabilities in Vault's order, each once", () => {
    const given: Capability[] = ["deny", "sudo", "list", "delete", "patch", "update", "read", "create", "read"];
    expect(new PolicyDocument([{ ...readOrders, capabilities: given }]).rules[0]?.capabilities).toEqual([
      "create",
      "read",
      "update",
      "patch",
      "delete",
      "list",
      "sudo",
      "deny",
    ]);
  });

  it("does not change with the rule that was given, nor the other way round", () => {
    const given: Capability[] = ["read"];
    const document = new PolicyDocument([{ ...readOrders, capabilities: given }]);
    given.push("sudo");
    expect(document.rules[0]?.capabilities).toEqual(["read"]);
  });
});

describe("a PolicyDocument's order", () => {
  const rule: fc.Arbitrary<PolicyRule> = fc.record({
    path: fc.constantFrom("a", "a/b", "a/+", "a/*", "A", "sys/leases/renew"),
    capabilities: fc.uniqueArray(fc.constantFrom(...capabilities), { minLength: 1 }),
    reason: fc.constantFrom("One", "Two", "three", "Ünal's"),
  });
  const shuffled = fc
    .array(rule, { maxLength: 12 })
    .chain((rules) =>
      fc.tuple(fc.constant(rules), fc.shuffledSubarray(rules, { minLength: rules.length, maxLength: rules.length })),
    );

  it("does not show", () => {
    fc.assert(
      fc.property(shuffled, ([rules, again]) => {
        expect(new PolicyDocument(again).toHcl()).toBe(new PolicyDocument(rules).toHcl());
      }),
    );
  });

  it("does not show when the rules are added again, one at a time", () => {
    fc.assert(
      fc.property(shuffled, ([rules, again]) => {
        const document = new PolicyDocument(rules);
        for (const each of again) document.add(each);
        expect(document.toHcl()).toBe(new PolicyDocument(rules).toHcl());
      }),
    );
  });
});

describe("a rule that would not do what it says", () => {
  it.each([
    ["", "is empty"],
    ["/database/creds/orders", "begins with /, "],
    ['database"', "holds a character that would end the string in HCL"],
    ["database\\", "holds a character that would end the string in HCL"],
    ["database\ncreds", "holds a character that would end the string in HCL"],
    ["database\rcreds", "holds a character that would end the string in HCL"],
    ["${database}/creds", "holds a character that would end the string in HCL"],
    ["%{if true}", "holds a character that would end the string in HCL"],
    ["database/*/orders", "has a * before its end, where it stands for itself"],
    ["database/**", "has a * before its end, where it stands for itself"],
  ])("is refused for its path %j", (path, problem) => {
    const message = refusalOf(() => new PolicyDocument([{ ...readOrders, path }]));
    expect(message).toContain(`[policy rule] path ${JSON.stringify(path)} ${problem}`);
    expect(message).toContain(`: ${pathRemedy}`);
  });

  it.each(["database/creds/*", "database/creds/orders-*", "*", "+/creds/+", "database/+/*"])(
    "is not one with the path %s",
    (path) => {
      expect(new PolicyDocument([{ ...readOrders, path }]).rules[0]?.path).toBe(path);
    },
  );

  it("is refused for +*, with which Vault refuses the whole policy", () => {
    expect(refusalOf(() => new PolicyDocument([{ ...readOrders, path: "database/+*" }]))).toContain(
      `[policy rule] path "database/+*" `,
    );
  });

  it("is refused for a + that is not a whole segment, where it stands for itself", () => {
    expect(refusalOf(() => new PolicyDocument([{ ...readOrders, path: "database/app+/x" }]))).toContain(
      `[policy rule] path "database/app+/x" `,
    );
  });

  it("is refused without a capability", () => {
    expect(refusalOf(() => new PolicyDocument([{ ...readOrders, capabilities: [] }]))).toBe(
      "[policy rule on database/creds/orders] capabilities is empty: " +
        "give one or more of create, read, update, patch, delete, list, sudo, subscribe, recover, deny",
    );
  });

  it("leaves the document as it was", () => {
    const document = new PolicyDocument([readOrders]);
    refusalOf(() => {
      document.add({ ...readOrders, path: "/a" });
    });
    refusalOf(() => {
      document.add({ ...readOrders, capabilities: [] });
    });
    expect(document.rules).toEqual([readOrders]);
  });
});
