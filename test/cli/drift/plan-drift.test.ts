import { driftOfPlan } from "../../../cli/drift/plan-drift";
import type { ResourceChange, ReviewedPlan } from "../../../cli/review/plan";

const change = (given: Partial<ResourceChange>): ResourceChange => ({
  address: "vault_database_secret_backend_role.reader",
  type: "vault_database_secret_backend_role",
  action: "update",
  before: { default_ttl: 3600, max_ttl: 7200 },
  after: { default_ttl: 3600, max_ttl: 7200 },
  unknown: [],
  sensitive: [],
  replacedFor: [],
  ...given,
});

const planOf = (changes: readonly ResourceChange[], drift: readonly ResourceChange[] = []): ReviewedPlan => ({
  formatVersion: "1.2",
  terraformVersion: "1.11.4",
  changes,
  drift,
  resources: [],
});
const told = (plan: ReviewedPlan) => driftOfPlan(plan).findings.map(({ kind, problem }) => `${kind}: ${problem}`);

describe("drift in a plan", () => {
  const byHand = change({ after: { default_ttl: 86400, max_ttl: 7200 } });
  const undone = change({ before: { default_ttl: 86400, max_ttl: 7200 } });

  it("is nothing in an empty plan", () => {
    expect(driftOfPlan(planOf([]))).toEqual({ findings: [], information: [], unseen: [] });
  });

  it("is what somebody changed, told once though it is planned to be undone", () => {
    expect(told(planOf([undone], [byHand]))).toEqual([
      "changed: somebody changed it: default_ttl from 3600 to 86400, beside Terraform",
    ]);
  });

  it("is what is declared otherwise, apart from what somebody changed in the same resource", () => {
    const both = change({ before: { default_ttl: 86400, max_ttl: 7200 }, after: { default_ttl: 3600, max_ttl: 9000 } });
    expect(told(planOf([both], [byHand]))).toEqual([
      "changed: somebody changed it: default_ttl from 3600 to 86400, beside Terraform",
      "undeployed: it is declared otherwise than it was deployed: max_ttl from 7200 to 9000",
    ]);
  });

  it("tells what was removed by hand from what was never deployed and from what is declared no more", () => {
    const removed = change({ action: "delete", after: undefined });
    const made = change({ action: "create", before: undefined });
    expect(told(planOf([made], [removed]))).toEqual(["changed: somebody removed it, beside Terraform"]);
    expect(told(planOf([made]))).toEqual(["undeployed: it is declared and was never deployed"]);
    expect(told(planOf([removed]))).toEqual(["undeployed: it was deployed and is declared no more"]);
  });

  it("is nothing where the server rotated a key by itself", () => {
    const key = { type: "vault_transit_secret_backend_key", address: "vault_transit_secret_backend_key.orders" };
    const rotated = change({ ...key, before: { latest_version: 1 }, after: { latest_version: 2 } });
    expect(driftOfPlan(planOf([], [rotated]))).toEqual({ findings: [], information: [], unseen: [] });
    const opened = change({ ...key, before: { latest_version: 1 }, after: { latest_version: 2, exportable: true } });
    expect(driftOfPlan(planOf([], [opened])).information).toHaveLength(1);
    const removed = change({ ...key, action: "delete", before: { latest_version: 1 }, after: undefined });
    expect(driftOfPlan(planOf([], [removed])).information).toHaveLength(1);
  });

  it("is information where the declaration does not mind it", () => {
    const look = driftOfPlan(planOf([], [byHand]));
    expect(look.findings).toEqual([]);
    expect(look.information).toEqual([
      "vault_database_secret_backend_role.reader was changed beside Terraform (default_ttl from 3600 to 86400), which the declaration does not mind",
    ]);
  });

  it("names what is secret without telling it", () => {
    const secret = { name: "password", changes: true };
    expect(told(planOf([change({ sensitive: [secret] })]))).toEqual([
      "undeployed: it is declared otherwise than it was deployed: password (sensitive)",
    ]);
  });
});
