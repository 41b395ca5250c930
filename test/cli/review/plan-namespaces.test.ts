import { drainsNeededBy } from "../../../cli/change/drain";
import { blastRadius } from "../../../cli/review/blast-radius";
import { plansByNamespace } from "../../../cli/review/plan-namespaces";
import { reviewPlan } from "../../../cli/review/review";
import { change, plan, staying } from "./plans";

const mount = (namespace?: string) => ({ path: "database", type: "database", ...(namespace ? { namespace } : {}) });
const role = (namespace?: string) => ({
  backend: "database",
  name: "app",
  db_name: "main",
  ...(namespace ? { namespace } : {}),
});
const policy = (namespace: string, text: string) => ({ name: "readers", policy: text, namespace });

describe("a plan of several namespaces", () => {
  it("is one where nothing names a namespace", () => {
    const whole = plan([change({ address: "vault_mount.a", before: mount() })]);
    expect(plansByNamespace(whole)).toEqual([{ namespace: undefined, plan: whole }]);
  });

  it("has in each part what lies there, and what moves in both", () => {
    const whole = plan(
      [
        change({ address: "vault_mount.a", before: mount("team-a") }),
        change({ address: "vault_mount.moves", before: mount("team-a"), after: mount("/team-b/") }),
      ],
      [staying("vault_mount.root", mount())],
    );
    const parts = plansByNamespace(whole).map(({ namespace, plan: { changes, resources } }) => [
      namespace,
      changes.map(({ address, action }) => `${action} ${address}`),
      resources.map(({ address }) => address),
    ]);
    expect(parts).toEqual([
      [undefined, [], ["vault_mount.root"]],
      ["team-a", ["delete vault_mount.a", "delete vault_mount.moves"], []],
      ["team-b", ["create vault_mount.moves"], ["vault_mount.moves"]],
    ]);
  });

  it("drains what lies in each by its own names", () => {
    const drains = drainsNeededBy(
      plan([
        change({ address: "vault_mount.a", before: mount("team-a") }),
        change({ address: "vault_mount.r", before: mount() }),
      ]),
    );
    expect(drains).toMatchObject([
      { address: "vault_mount.r", mount: "database" },
      { address: "vault_mount.a", mount: "database", namespace: "team-a" },
    ]);
    expect(drains[0]).not.toHaveProperty("namespace");
  });

  it("has the leases counted where they lie", async () => {
    const source = (namespace: string | undefined) => ({
      leases: (prefix: string) => Promise.resolve(namespace === "team-a" ? [`${prefix}creds/app/1`] : []),
      inNamespace: source,
    });
    const radius = await blastRadius(
      plan([
        change({ address: "vault_mount.a", before: mount("team-a") }),
        change({ address: "vault_mount.b", before: mount("team-b") }),
      ]),
      source(undefined),
    );
    expect(radius.touched.map(({ address, byRole }) => [address, byRole])).toEqual([
      ["vault_mount.a", { "team-a/database/creds/app": 1 }],
      ["vault_mount.b", {}],
    ]);
    expect(radius.leases).toBe(1);
  });

  it("is judged part by part: a policy widens its own namespace's logins alone", async () => {
    const read = (path: string) => `path "${path}" { capabilities = ["read"] }`;
    const login = (namespace: string) => ({
      role_name: "app",
      backend: "approle",
      token_policies: ["readers"],
      namespace,
    });
    const { findings } = await reviewPlan(
      plan(
        [
          change({
            address: "vault_policy.a",

            before: policy("team-a", read("x")),
            after: policy("team-a", `${read("x")}\n${read("y")}`),
          }),
          change({ address: "vault_database_secret_backend_role.b", before: role("team-b") }),
        ],
        [
          staying("vault_policy.b", policy("team-b", read("x"))),
          staying("vault_approle_auth_backend_role.a", login("team-a")),
          staying("vault_approle_auth_backend_role.b", login("team-b")),
        ],
      ),
    );
    const told = findings.map(({ address, what }) => `${address} ${what}`);
    expect(told.some((line) => line.startsWith("vault_approle_auth_backend_role.a in namespace team-a: "))).toBe(true);
    expect(told.filter((line) => line.startsWith("vault_approle_auth_backend_role.b"))).toEqual([]);
    expect(told).toContainEqual(
      expect.stringMatching(/^vault_database_secret_backend_role\.b in namespace team-b: the role/),
    );
  });
});
