import { z } from "zod";
import { ThrowAway } from "../../cli/servers/throw-away";
import { readPages } from "../docs/pages";
import { OperatedServer } from "./operated-server";
import { describeOnEachServer } from "./rig";

const loginAnswer = z.object({ auth: z.object({ client_token: z.string() }) });

/** The policies of the guide: what each command needs, in a block that begins with its name. */
function documented(command: string): string {
  const guide = readPages().find(({ path }) => path === "docs/operations.md");
  const block = guide?.blocks.find(({ language, code }) => language === "hcl" && code.startsWith(`# ${command}\n`));
  if (block === undefined) throw new Error(`docs/operations.md has no policy of ${command}`);
  return block.code;
}

/** The same without what is said of a path. */
function without(policy: string, path: string): string {
  const kept = policy.split("\n").filter((line) => !line.startsWith(`path "${path}"`));
  if (kept.length === policy.split("\n").length) throw new Error(`the policy says nothing of ${path}`);
  return kept.join("\n");
}

describeOnEachServer("an operator who is not root", (product) => {
  let place: ThrowAway;
  let server: OperatedServer;
  let rootToken: string;
  let runs = 0;

  beforeAll(async () => {
    place = await ThrowAway.open();
    server = await OperatedServer.start(place, product, "shared");
    await server.open(1, 1);
    rootToken = server.token;
    await server.client.write("sys/auth/userpass", { type: "userpass" });
    await server.client.write("sys/mounts/secret", { type: "kv", options: { version: "2" } });
    if (product === "vault") {
      const options = (name: string) => ({ type: "file", options: { file_path: server.file(name) } });
      for (const name of ["first", "second"]) await server.client.write(`sys/audit/${name}`, options(name));
    }
  });

  afterAll(() => place.close());

  async function as(policy: string, ...args: readonly string[]) {
    const root = server.client.withToken(rootToken);
    await root.write("sys/policies/acl/operator", { policy });
    await root.write("auth/userpass/users/otto", { password: "pass", token_policies: ["operator"], token_ttl: "1h" });
    const { auth } = await root.ask("auth/userpass/login/otto", { password: "pass" }, loginAnswer);
    server.token = auth.client_token;
    const { code, stdout, stderr } = await server.leasehold(...args);
    return { code, shown: stdout + stderr };
  }

  it.each([
    ["vault rotate", ["vault", "rotate", "--yes"], "sys/rotate"],
    ["vault snapshot save", ["vault", "snapshot", "save", "FILE"], "sys/storage/raft/snapshot"],
    ["vault export", ["vault", "export", "FILE"], "sys/policies/acl"],
    ["doctor", ["doctor"], "sys/leases"],
    ["vault seal", ["vault", "seal", "--yes"], "sys/seal"],
  ] as const)("runs leasehold %s with its policy, and hears which path is missing", async (name, args, path) => {
    const policy = documented(name);
    const named = () => args.map((arg) => (arg === "FILE" ? server.file(`run-${++runs}`) : arg));
    const refused = await as(without(policy, path), ...named());
    expect(refused.shown).toContain(path);
    expect(refused.shown).toMatch(/permission denied|may not see it/);
    expect(refused.code).not.toBe(0);

    const allowed = await as(policy, ...named());
    expect(allowed.shown).not.toMatch(
      /permission denied|may not see|could not be looked at|Could not be|lacks|not seen/,
    );
    // OpenBao's audit devices are its configuration's: this server has none, and the doctor says so.
    expect(allowed.code).toBe(name === "doctor" && product === "openbao" ? 2 : 0);
  });
});
