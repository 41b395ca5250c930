import { loadEnvironment, parseEnvironment } from "../../../environments/load";
import { agentOf } from "../../../environments/subjects/agent";
import { readJson } from "../../constructs/server/parse-back";

const lab = loadEnvironment("lab", {});

interface Read {
  readonly auto_auth: readonly [{ readonly method: readonly [{ readonly type: string; readonly mount_path: string }] }];
  readonly template: readonly { readonly contents: string; readonly destination: string }[];
}

const read = (login: string, options: object = {}) => readJson(agentOf(lab, { login, ...options }).toJson()) as Read;

describe("the agent of a declared login", () => {
  const [approle] = lab.auth.flatMap((method) => (method.method === "approle" ? [method] : []));
  if (approle === undefined) throw new Error("the lab declares no AppRole");
  const app = approle.roles.find(({ credentials = [] }) => credentials.length > 0);
  if (app === undefined) throw new Error("no AppRole of the lab may have users");
  const login = `${approle.path}/${app.name}`;

  it("logs in as it, and has a file for each role that it may have users of", () => {
    const {
      auto_auth: [autoAuth],
      template,
    } = read(login);
    expect(autoAuth.method[0]).toMatchObject({ type: "approle", mount_path: `auth/${approle.path}` });
    expect(template.map(({ destination }) => destination)).toEqual(
      (app.credentials ?? []).map((role) => `/run/${app.name}/${role.replaceAll("/", "-")}.json`),
    );
    for (const role of app.credentials ?? []) {
      expect(template.map(({ contents }) => contents).join()).toContain(`"${role.replace("/", "/creds/")}"`);
    }
  });

  it("writes where it is told", () => {
    const { template } = read(login, { folder: "/srv/app" });
    expect(template[0]?.destination).toMatch(/^\/srv\/app\//);
  });

  it("is the same each time", () => {
    expect(agentOf(lab, { login }).toHcl()).toBe(agentOf(lab, { login }).toHcl());
  });

  it("is refused for a login that is not there, or may have no users", () => {
    expect(() => agentOf(lab, { login: "approle/ghost" })).toThrow(
      /^\[environments\/lab\] there is no login "approle\/ghost": use one of /,
    );
    const bare = parseEnvironment({
      ...lab,
      auth: [{ method: "approle", path: "bare", roles: [{ name: "app", tokenTtl: "20m", policies: [] }] }],
    });
    expect(() => agentOf(bare, { login: "bare/app" })).toThrow(
      /bare\/app may have users of no database role: grant it some/,
    );
  });
});
