import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { commentHost, putComment } from "../../../cli/ci/hosted-comment";

const marker = "<!-- leasehold-review: prod -->";

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** Answers as the documented API of either host does: neither of the real ones is to be had in a test. */
class Host {
  readonly asked: Asked[] = [];
  status = 200;
  private readonly server: Server;

  constructor(public comments: readonly { readonly id: number; readonly body: string | null }[]) {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method = "", url = "" } = request;
        this.asked.push({ method, url, body: body === "" ? undefined : (JSON.parse(body) as unknown) });
        const page = Number(new URL(url, "http://host").searchParams.get("page"));
        response.statusCode = this.status;
        response.end(JSON.stringify(method === "GET" ? this.comments.slice((page - 1) * 100, page * 100) : { id: 1 }));
      });
    });
  }

  async open(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await new Promise((done) => this.server.once("listening", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

describe("the comment of an environment", () => {
  let host: Host;
  afterEach(() => host.close());

  const github = async () =>
    commentHost({
      GITHUB_API_URL: await host.open(),
      GITHUB_REPOSITORY: "company/access",
      GITHUB_TOKEN: "t",
      PULL_REQUEST: "7",
    });

  it("is made where there is none", async () => {
    host = new Host([{ id: 1, body: null }]);
    expect(await putComment(await github(), marker, `${marker}\nnew`)).toBe("made");
    expect(host.asked).toEqual([
      { method: "GET", url: "/repos/company/access/issues/7/comments?per_page=100&page=1", body: undefined },
      { method: "POST", url: "/repos/company/access/issues/7/comments", body: { body: `${marker}\nnew` } },
    ]);
  });

  it("is changed where it is, on a later page too, and a quotation of it is left alone", async () => {
    const others = Array.from({ length: 120 }, (_, id) => ({ id, body: `quoted: ${marker}` }));
    host = new Host([
      ...others,
      { id: 500, body: `${marker}\nold` },
      { id: 501, body: "<!-- leasehold-review: dev -->" },
    ]);
    expect(await putComment(await github(), marker, "new")).toBe("changed");
    expect(host.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /repos/company/access/issues/7/comments?per_page=100&page=1",
      "GET /repos/company/access/issues/7/comments?per_page=100&page=2",
      "PATCH /repos/company/access/issues/comments/500",
    ]);
  });

  it("is a note of a merge request on GitLab", async () => {
    host = new Host([{ id: 9, body: `${marker}\nold` }]);
    const gitlab = commentHost({
      GITLAB_CI: "true",
      CI_API_V4_URL: `${await host.open()}/api/v4`,
      CI_PROJECT_ID: "3",
      CI_MERGE_REQUEST_IID: "4",
      GITLAB_TOKEN: "t",
    });
    expect(await putComment(gitlab, marker, "new")).toBe("changed");
    expect(host.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /api/v4/projects/3/merge_requests/4/notes?per_page=100&page=1",
      "PUT /api/v4/projects/3/merge_requests/4/notes/9",
    ]);
  });

  it("says what the host refuses, and what to give it", async () => {
    host = new Host([]);
    host.status = 403;
    await expect(putComment(await github(), marker, "new")).rejects.toThrow(
      /^\[GET http.*\] GitHub answered 403: give the job the permission pull-requests: write$/,
    );
  });

  it.each([
    [{}, "GITHUB_API_URL is not set"],
    [{ GITHUB_API_URL: "http://h", GITHUB_REPOSITORY: "a/b" }, "PULL_REQUEST is not set"],
    [{ GITHUB_API_URL: "http://h", GITHUB_REPOSITORY: "a/b", PULL_REQUEST: "7/../8" }, 'PULL_REQUEST is "7/../8"'],
    [{ GITLAB_CI: "true" }, "CI_API_V4_URL is not set"],
  ])("is refused without what says where it is: %j", (env, problem) => {
    host = new Host([]);
    expect(() => commentHost(env)).toThrow(`[leasehold ci comment] ${problem}`);
  });
});
