import fc from "fast-check";
import { capabilities, type Capability } from "../../../policies/language/capability";
import type { PolicyRule } from "../../../policies/language/policy-rule";
import { PolicyDocument } from "../../../policies/language/policy-document";
import { refusalOf } from "../../helpers/environments";

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

  it("writes constraints one a line, by their names", () => {
    const document = new PolicyDocument([
      {
        ...readOrders,
        capabilities: ["update", "subscribe"],
        allowedParameters: { ttl: ["2h", "1h*"], Data: [], "*": [] },
        deniedParameters: { 'a"b\\': ["${x}", "%{y}", "$z", true, 1.5, ["x"], { k: "v", a: 1 }] },
        requiredParameters: ["ttl", "Data"],
        minWrappingTtl: "60s",
        maxWrappingTtl: "1d",
        subscribeEventTypes: ["kv*"],
      },
    ]);
    expect(document.toHcl()).toBe(`# Users of role orders
path "database/creds/orders" {
  capabilities = ["update", "subscribe"]
  allowed_parameters = {
    "*" = []
    "data" = []
    "ttl" = ["1h*", "2h"]
  }
  denied_parameters = {
    "a\\"b\\\\" = ["$z", "\\u0024{x}", "\\u0025{y}", 1.5, ["x"], true, {"a" = 1, "k" = "v"}]
  }
  required_parameters = ["data", "ttl"]
  min_wrapping_ttl = "1m"
  max_wrapping_ttl = "1d"
  subscribe_event_types = ["kv*"]
}
`);
  });

  it("writes identity templates as they are", () => {
    const path = "secret/data/{{identity.entity.id}}/*";
    expect(new PolicyDocument([{ ...readOrders, path }]).toHcl()).toContain(`path "${path}" {`);
  });
});

describe("PolicyDocument.toJson", () => {
  it("writes the rules by path, their reasons as comments", () => {
    const constrained: PolicyRule = {
      path: "auth/{{identity.entity.aliases.@ldap.name}}",
      capabilities: ["update"],
      reason: "",
      allowedParameters: { ttl: ["${x}"], "*": [] },
      requiredParameters: ["ttl"],
      minWrappingTtl: "1m",
    };
    const json = new PolicyDocument([readOrders, constrained]).toJson((path) => `auth_${path}_1`);
    expect(json).not.toContain("${");
    expect(JSON.parse(json)).toEqual({
      path: {
        "auth/{{identity.entity.aliases.auth_ldap_1.name}}": {
          capabilities: ["update"],
          allowed_parameters: { "*": [], ttl: ["${x}"] },
          required_parameters: ["ttl"],
          min_wrapping_ttl: "1m",
        },
        "database/creds/orders": { comment: "Users of role orders", capabilities: ["read"] },
      },
    });
  });

  it.each([[[true]], [[["a"]]], [[{ a: ["b", false] }]]])("refuses %j, which Vault would leave out", (values) => {
    const document = new PolicyDocument([{ ...readOrders, deniedParameters: { x: values } }]);
    expect(refusalOf(() => document.toJson())).toBe(
      "[policy rule on database/creds/orders] a parameter has true, false or a list for a value, " +
        "which Vault leaves out of a policy in JSON: write the policy in HCL",
    );
  });

  it("is an object without rules", () => {
    expect(new PolicyDocument().toJson()).toBe("{}\n");
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
    const given: Capability[] = [
      "recover",
      "subscribe",
      "sudo",
      "list",
      "delete",
      "patch",
      "update",
      "read",
      "create",
      "read",
    ];
    expect(new PolicyDocument([{ ...readOrders, capabilities: given }]).rules[0]?.capabilities).toEqual([
      "create",
      "read",
      "update",
      "patch",
      "delete",
      "list",
      "sudo",
      "subscribe",
      "recover",
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
    ["/database/creds/orders", "begins with /, which no path in Vault does"],
    ['database"', "holds a character that would end the string in HCL"],
    ["database\\", "holds a character that would end the string in HCL"],
    ["database\ncreds", "holds a character that would end the string in HCL"],
    ["database\u0000creds", "holds a character that would end the string in HCL"],
    ["database\ud800creds", "holds a character that would end the string in HCL"],
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

  it.each<[Partial<PolicyRule>, string]>([
    [
      { capabilities: ["raed" as Capability] },
      'capabilities has "raed", which is no capability: give one or more of create, ',
    ],
    [
      { capabilities: ["updates" as Capability] },
      'capabilities has "updates", which is no capability: did you mean update?',
    ],
    [
      { allowedParameters: { "": [] } },
      'allowedParameters has the name "": write the name of a parameter of the request',
    ],
    [{ deniedParameters: { "\ud800": [] } }, 'deniedParameters has the name "\\ud800": '],
    [{ requiredParameters: [""] }, 'requiredParameters has the name "": '],
    [{ allowedParameters: { a: [], A: [] } }, 'allowedParameters has "A" twice, as case does not count: write it once'],
    [{ requiredParameters: ["a", "A"] }, 'requiredParameters has "A" twice, '],
    [{ allowedParameters: { a: "x" as never } }, 'allowedParameters "a" is "x": write a list of values, [] for any'],
    [
      { allowedParameters: { a: [null as never] } },
      `allowedParameters "a" has the value null, which Vault can't read: `,
    ],
    [
      { deniedParameters: { a: [2 ** 63] } },
      `deniedParameters "a" has the value 9223372036854776000, which Vault can't read: `,
    ],
    [
      { deniedParameters: { a: [{ b: [NaN] }] } },
      `deniedParameters "a" has the value {"b":[null]}, which Vault can't read: `,
    ],
    [
      { allowedParameters: { a: [] }, deniedParameters: { A: [] } },
      'deniedParameters denies all that allowedParameters allows of "a": remove one of the two',
    ],
    [
      { allowedParameters: { a: ["xy", "x"] }, deniedParameters: { a: ["x*"] } },
      'deniedParameters denies all that allowedParameters allows of "a": ',
    ],
    [
      { allowedParameters: { a: [] }, deniedParameters: { "*": [] } },
      'deniedParameters has "*", which denies every parameter, whatever allowedParameters says: ',
    ],
    [
      { minWrappingTtl: "2h", maxWrappingTtl: "60m" },
      "minWrappingTtl 2h exceeds maxWrappingTtl 60m: lower minWrappingTtl or raise maxWrappingTtl",
    ],
    [{ minWrappingTtl: "0s" }, 'minWrappingTtl "0s" is not a duration: '],
    [{ maxWrappingTtl: "soon" as never }, 'maxWrappingTtl "soon" is not a duration: '],
    [
      { subscribeEventTypes: ["kv*"] },
      "subscribeEventTypes has no effect without the capability subscribe: add subscribe or remove it",
    ],
    [{ subscribeEventTypes: [""], capabilities: ["subscribe"] }, 'subscribeEventTypes has the name "": '],
  ])("is refused for %j", (fields, message) => {
    expect(refusalOf(() => new PolicyDocument([{ ...readOrders, ...fields }]))).toContain(
      `[policy rule on database/creds/orders] ${message}`,
    );
  });

  it.each<Partial<PolicyRule>>([
    { allowedParameters: { a: [] }, deniedParameters: { a: ["x"] } },
    { allowedParameters: { a: ["x", "y"] }, deniedParameters: { a: ["x"] } },
    { allowedParameters: { "*": [] }, deniedParameters: { a: [] } },
    { allowedParameters: { a: ["x"] }, deniedParameters: { b: ["x"] } },
    { minWrappingTtl: "1h", maxWrappingTtl: "60m" },
    { subscribeEventTypes: ["kv*"], capabilities: ["subscribe"] },
  ])("is not one with %j", (fields) => {
    expect(new PolicyDocument([{ ...readOrders, ...fields }]).rules[0]).toMatchObject({
      ...fields,
      ...("maxWrappingTtl" in fields && { maxWrappingTtl: "1h" }),
    });
  });

  it("is refused for a template that no server fills in", () => {
    expect(refusalOf(() => new PolicyDocument([{ ...readOrders, path: "secret/{{identity.entity.nmae}}/+x" }]))).toBe(
      '[policy rule] path "secret/{{identity.entity.nmae}}/+x" has the template {{identity.entity.nmae}}, ' +
        "which no server fills in: did you mean {{identity.entity.name}}?",
    );
  });

  it("may have signs in a template that stand for paths elsewhere", () => {
    const path = "secret/{{identity.entity.metadata.a+b*c}}/*";
    expect(new PolicyDocument([{ ...readOrders, path }]).rules[0]?.path).toBe(path);
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
