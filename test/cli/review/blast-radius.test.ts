import { freePort } from "../../../cli/servers/ports";
import { blastRadius, withLeases } from "../../../cli/review/blast-radius";
import type { ReviewFinding } from "../../../cli/review/finding";
import { VaultClient, VaultRefusal } from "../../../cli/vault-client";
import { change, plan, staying } from "./plans";

const mount = { path: "database" };
const connection = { backend: "database", name: "pg" };
const role = (name: string, connectionName = "pg") => ({ backend: "database", name, db_name: connectionName });
const finding = (address: string, risk: ReviewFinding["risk"] = "dangerous"): ReviewFinding => ({
  rule: "some-rule",
  risk,
  address,
  what: "it goes",
  why: "why",
  remedy: "remedy",
});

describe("the blast radius", () => {
  const roleGone = plan([change({ address: "vault_database_secret_backend_role.a", before: role("a") })]);

  it("is nothing, and asks for no server, where nothing that holds leases is touched", async () => {
    const created = plan([
      change({ address: "vault_mount.a", after: mount }),
      change({ address: "vault_policy.a", before: { name: "a" }, after: { name: "a", policy: "" } }),
    ]);
    expect(await blastRadius(created, undefined)).toEqual({ touched: [], leases: 0, problems: [] });
  });

  it("counts users and sessions of an AWS mount, and users of its roles", async () => {
    const at = "vault_aws_secret_backend";
    const user = { backend: "aws", name: "mail", credential_type: "iam_user" };
    const gone = plan([
      change({ address: `${at}.a`, before: { path: "aws" } }),
      change({ address: `${at}_role.mail`, before: user }),
      change({ address: `${at}_role.app`, before: { ...user, name: "app", credential_type: "assumed_role" } }),
    ]);
    const leases = () => Promise.resolve(["aws/creds/mail/1", "aws/creds/mail/2", "aws/sts/app/3"]);
    const { touched, problems } = await blastRadius(gone, { leases });
    expect(problems).toEqual([]);
    expect(touched.map(({ address, words }) => [address, words])).toEqual([
      [`${at}.a`, "3 live leases end with it (aws/creds/mail 2, aws/sts/app 1)"],
      [`${at}_role.mail`, "2 live leases outlive it"],
    ]);
  });

  it("says that it could not look without a server, and what that concerns", async () => {
    const radius = await blastRadius(roleGone, undefined);
    expect(radius.problems).toEqual(["live leases were not looked up: set VAULT_ADDR and VAULT_TOKEN"]);
    expect(withLeases([finding("vault_database_secret_backend_role.a")], radius)).toMatchObject([
      { what: "it goes: how many live leases hang on it could not be looked up" },
    ]);
  });

  it("says that the server can't be reached, and waits for it once", async () => {
    const vault = new VaultClient({ address: `http://127.0.0.1:${await freePort()}`, token: "t" });
    const { problems, touched } = await blastRadius(roleGone, vault);
    expect(problems).toEqual([expect.stringMatching(/^live leases below database\/creds\/a\/ could not .*reached/)]);
    expect(touched).toMatchObject([{ leases: undefined }]);
  });

  it("says what it may not list, and counts the rest", async () => {
    const vault = {
      leases: (prefix: string) =>
        prefix.includes("/b/")
          ? Promise.reject(new VaultRefusal("LIST", 403, ["permission denied"]))
          : Promise.resolve([`${prefix}one`, `${prefix}two`]),
    };
    const radius = await blastRadius(
      plan(
        ["a", "b"].map((name) => change({ address: `vault_database_secret_backend_role.${name}`, before: role(name) })),
      ),
      vault,
    );
    expect(radius.touched.map(({ words }) => words)).toEqual([
      "2 live leases outlive it",
      "how many live leases hang on it could not be looked up",
    ]);
    expect(radius.problems).toEqual([
      "live leases below database/creds/b/ could not be looked up: the token may not list them (it needs list and sudo on sys/leases/lookup)",
    ]);
  });

  it("lists what lies below a mount once, and tells its roles apart", async () => {
    const asked: string[] = [];
    const leases = ["database/creds/a/1", "database/creds/a/2", "database/creds/a/3", "database/creds/ab/4"];
    const vault = {
      leases: (prefix: string) => {
        asked.push(prefix);
        return Promise.resolve([...leases, "auth/approle/login/h1"].filter((id) => id.startsWith(prefix)));
      },
    };
    const radius = await blastRadius(
      plan(
        [
          change({ address: "vault_mount.a", before: mount }),
          change({ address: "vault_database_secret_backend_connection.a", before: connection }),
          change({ address: "vault_database_secret_backend_role.a", before: role("a"), after: role("a") }),
          change({ address: "vault_auth_backend.a", before: { path: "approle", type: "approle" } }),
        ],
        [
          staying("vault_database_secret_backend_role.ab", role("ab")),
          staying("vault_database_secret_backend_role.other", role("other", "elsewhere")),
        ],
      ),
      vault,
    );
    expect(radius.leases).toBe(5);
    expect(radius.problems).toEqual([]);
    expect(radius.touched.map(({ words }) => words)).toEqual([
      "4 live leases end with it (database/creds/a 3, database/creds/ab 1)",
      "4 live leases can't be revoked without it (database/creds/a 3, database/creds/ab 1)",
      "3 live leases hang on it",
      "1 live token ends with it",
    ]);
    expect(asked).toEqual(["auth/approle/", "database/"]);
  });

  it("goes into the gravest finding of a resource, and into no other", () => {
    const address = "vault_mount.a";
    const radius = { touched: [{ address, leases: 1, byRole: {}, words: "1 live lease ends with it" }] };
    const findings = withLeases(
      [finding(address, "careful"), finding(address, "blocked"), finding("vault_mount.b", "blocked")],
      { ...radius, leases: 1, problems: [] },
    );
    expect(findings.map(({ what }) => what)).toEqual(["it goes", "it goes: 1 live lease ends with it", "it goes"]);
  });
});
