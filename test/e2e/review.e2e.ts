import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reviewCommand } from "../../cli/commands/review";
import type { ReviewFinding } from "../../cli/review/finding";
import { readPlan } from "../../cli/review/read-plan";
import { reportJson, reportMarkdown } from "../../cli/review/report";
import { type Review, reviewPlan } from "../../cli/review/review";
import { ThrowAway } from "../../cli/servers/throw-away";
import { runInProcess } from "../cli/in-process";
import { ConstructTrial } from "./construct-trial";
import { declareReviewed, type Reviewed } from "./declarations/reviewed";
import { TestPostgres } from "./postgres";
import { Deployment, describeOnEachServer } from "./rig";

const creation = `CREATE ROLE "{{name}}"\nLOGIN PASSWORD '{{password}}'\nVALID UNTIL '{{expiration}}'`;

const initial: Reviewed = {
  port: 0,
  password: "",
  databasePath: "reviewed",
  kvPath: "reviewed-kv",
  connection: "main",
  other: "other",
  admin: "postgres",
  allowedRoles: ["reader", "mover", "cleaner", "renamed", "gone", "more"],
  reader: { maxTtl: 3600, creation },
  moverConnection: "main",
  cleanerRevokes: true,
  renamed: "renamed",
  hasGone: true,
  hasAudit: true,
  auditFile: "",
  hasUnusedLogins: true,
  secretIdUses: 5,
  keyCanBeDeleted: false,
  passwordLength: 20,
  policyPath: "reviewed-kv/data/app",
  more: [],
  forgets: false,
};

const expected: readonly [address: string, rule: string, risk: string, what: RegExp][] = [
  ["vault_mount.kv", "mount-replaced", "blocked", /secrets engine at reviewed-kv moves to moved-kv/],
  [
    "vault_database_secret_backend_connection.other",
    "connection-replaced",
    "blocked",
    /other is made anew as reviewed\/renamed-connection/,
  ],
  ["vault_database_secret_backend_connection.other", "password-sent-again", "dangerous", /sent before/],
  ["vault_database_secret_backend_role.mover", "role-database-changed", "blocked", /from connection main to/],
  ["vault_database_secret_backend_connection.main", "admin-user-changed", "blocked", /from postgres to another_admin/],
  ["vault_database_secret_backend_role.cleaner", "revocation-removed", "blocked", /loses its revocation statements/],
  ["vault_database_secret_backend_role.renamed", "role-replaced", "dangerous", /reviewed\/renamed is destroyed/],
  ["vault_database_secret_backend_role.gone", "destroyed", "dangerous", /role reviewed\/gone is destroyed/],
  ["vault_audit.audit", "audit-removed", "dangerous", /no other one is declared/],
  ["vault_auth_backend.unused", "auth-method-removed", "dangerous", /auth\/reviewed-unused \(approle\) is removed/],
  ["vault_approle_auth_backend_role.app", "login-bounds-widened", "dangerous", /secret_id_num_uses 5 -> without/],
  ["vault_transit_secret_backend_key.key", "protection-lowered", "dangerous", /deletion_allowed is true/],
  ["vault_password_policy.passwords", "password-policy-weakened", "dangerous", /of 20 characters become 12 long/],
  ["vault_database_secret_backend_connection.main", "allowed-roles-any", "dangerous", /every role of its mount/],
  ["vault_policy.policy", "access-widened", "dangerous", /reviewed/],
  ["vault_database_secret_backend_role.reader", "ttl-widened", "careful", /^max_ttl 1h -> 8h/],
  ["vault_database_secret_backend_role.reader", "statements-changed", "careful", /creation_statements change/],
  ["vault_database_secret_backend_role.more", "routine", "routine", /is created/],
];

describeOnEachServer("leasehold review of real plans", (product, lab) => {
  let place: ThrowAway;
  let postgres: TestPostgres;
  let trial: ConstructTrial<Reviewed>;
  const vault = () => lab.operator();
  const nextPassword = `canary-${randomBytes(12).toString("hex")}`;

  const review = async (change: Partial<Reviewed>): Promise<Review> => {
    const { json } = await trial.planChange(change);
    return reviewPlan(readPlan(json, "the plan"), { vault: vault(), server: product });
  };
  const findings = (of: Review, address: string): ReviewFinding[] =>
    of.findings.filter((each) => each.address === address);
  const gravest = (of: Review, address: string) => findings(of, address)[0];

  beforeAll(async () => {
    place = await ThrowAway.open();
    postgres = await TestPostgres.start(place);
    trial = new ConstructTrial<Reviewed>(lab, {
      name: "reviewed",
      declare: declareReviewed,
      parameters: {
        ...initial,
        port: postgres.port,
        password: postgres.superuserPassword,
        // OpenBao takes audit devices from its configuration alone. https://openbao.org/docs/audit/
        hasAudit: product === "vault",
        auditFile: join(place.folderFor("audit"), "log"),
      },
    });
    await trial.deploy();
  });

  afterAll(async () => {
    for (const mount of ["reviewed", "reviewed-kv", "reviewed-transit"]) {
      await vault().write(`sys/leases/revoke-force/${mount}`, {});
      await vault().delete(`sys/mounts/${mount}`);
    }
    for (const path of ["auth/reviewed", "auth/reviewed-unused", "audit/reviewed"]) await vault().delete(`sys/${path}`);
    await vault().delete("sys/policies/acl/reviewed");
    await vault().delete("sys/policies/password/reviewed");
    trial.forget();
    await place.close();
  });

  it("finds nothing where nothing changes", async () => {
    const same = await review({});
    expect(same.findings).toEqual([]);
    expect(same.risk).toBeUndefined();
    expect(reportMarkdown({ review: same })).toContain("## Plan review: nothing that counts");
  });

  describe("of many changes at once", () => {
    let many: Review;
    beforeAll(async () => {
      many = await review({
        kvPath: "moved-kv",
        other: "renamed-connection",
        admin: "another_admin",
        moverConnection: "other",
        cleanerRevokes: false,
        renamed: "renamed-role",
        hasGone: false,
        hasAudit: false,
        hasUnusedLogins: false,
        secretIdUses: 0,
        keyCanBeDeleted: true,
        passwordLength: 12,
        policyPath: "reviewed-kv/*",
        reader: { maxTtl: 8 * 3600, creation: creation.replace("LOGIN", "CREATEDB LOGIN") },
        allowedRoles: ["*"],
        more: ["more"],
      });
    });

    it.each(expected.filter(([address]) => product === "vault" || address !== "vault_audit.audit"))(
      "judges %s: %s",
      (address, rule, risk, what) => {
        expect(findings(many, address)).toContainEqual(
          expect.objectContaining({ rule, risk, what: expect.stringMatching(what) as unknown }),
        );
      },
    );

    it("shows what runs otherwise in the database, line by line", () => {
      const statements = many.findings.find(
        ({ rule, address }) => rule === "statements-changed" && /reader$/.test(address),
      );
      expect(statements?.difference).toEqual([
        " creation_statements:",
        ` CREATE ROLE "{{name}}"`,
        `-LOGIN PASSWORD '{{password}}'`,
        `+CREATEDB LOGIN PASSWORD '{{password}}'`,
        ` VALID UNTIL '{{expiration}}'`,
      ]);
    });

    it("begins with what is gravest", () => {
      expect(many.risk).toBe("blocked");
      expect(reportMarkdown({ review: many })).toContain("## Plan review: blocked: it must not be applied as it is");
    });
  });

  it("T17: a mount that moves and a connection that is replaced are blocked, with the leases that die", async () => {
    await vault().issueCredentials("reviewed", "reader");
    await vault().issueCredentials("reviewed", "reader");
    await vault().issueCredentials("reviewed", "mover");
    const moved = await review({ databasePath: "reviewed-moved" });
    expect(gravest(moved, "vault_mount.database")).toMatchObject({
      rule: "mount-replaced",
      risk: "blocked",
      what: expect.stringContaining("3 live leases end with it") as unknown,
    });
    expect(gravest(moved, "vault_database_secret_backend_connection.main")).toMatchObject({
      rule: "connection-replaced",
      risk: "blocked",
      what: expect.stringMatching(
        /reviewed\/main is destroyed and made anew because backend .*: 3 live leases can't be revoked without it/,
      ) as unknown,
    });
    expect(moved.blastRadius?.leases).toBe(3);
    const renamed = await review({ connection: "another" });
    expect(gravest(renamed, "vault_database_secret_backend_connection.main")).toMatchObject({
      rule: "connection-replaced",
      risk: "blocked",
      what: expect.stringContaining("3 live leases hang on it") as unknown,
    });
  });

  it("names a password that is sent again, and never shows it though the plan holds it", async () => {
    const { json } = await trial.planChange({ password: nextPassword });
    expect(json).toContain(nextPassword);
    const judged = await reviewPlan(readPlan(json, "the plan"), {});
    expect(gravest(judged, "vault_database_secret_backend_connection.main")).toMatchObject({
      rule: "secret-sent",
      risk: "careful",
      what: "a secret is sent again: postgresql: how many live leases hang on it could not be looked up",
    });
    const shown = reportMarkdown({ review: judged }) + reportJson({ review: judged });
    expect(shown).not.toContain(nextPassword);
    expect(shown).not.toContain(postgres.superuserPassword);
  });

  it("sees what Terraform forgets and leaves on the server", async () => {
    const forgets = await review({ hasGone: false, forgets: true });
    expect(gravest(forgets, "vault_database_secret_backend_role.gone")).toMatchObject({
      rule: "forgotten",
      risk: "careful",
    });
  });

  it("sees what was removed beside Terraform, and the password that making it anew sends", async () => {
    await vault().delete("reviewed/config/other");
    const beside = await review({});
    const its = findings(beside, "vault_database_secret_backend_connection.other");
    expect(its.map(({ rule, risk }) => [rule, risk])).toEqual([
      ["password-sent-again", "dangerous"],
      ["changed-beside", "careful"],
    ]);
  });

  it("plans an environment by itself, leaves the plan, and exits by the gravest class", async () => {
    const deployment = new Deployment(lab, "dev");
    const env = await deployment.env();
    const output = join(deployment.folder, "review.out");
    const out = join(deployment.folder, "review.md");
    const { printed, thrown } = await runInProcess(
      reviewCommand,
      ["dev", "--output", output, "--out", out, "--fail-on", "careful"],
      env,
    );
    expect(thrown).toMatchObject({
      exitCode: 11,
      message: expect.stringContaining("the plan is dangerous") as unknown,
    });
    expect(printed.join("\n")).toContain("<!-- leasehold-review: dev -->\n## Plan review of `dev`: dangerous");
    expect(readFileSync(out, "utf8").trimEnd()).toBe(printed.join("\n"));
    expect(existsSync(join(output, "stacks", "dev", "plan"))).toBe(true);
    expect(printed.join("\n")).not.toContain(deployment.adminPassword);
  });
});
