import { z } from "zod";
import { LeaseholdError, messageOf } from "../../constructs/core/errors";
import type { HostEnvironment } from "../../environments/load";

/** The comments of one pull request on GitHub, or of one merge request on GitLab. */
export interface CommentHost {
  readonly name: "GitHub" | "GitLab";
  /** URL of the list of comments. */
  readonly list: string;
  /** URL of one of them. */
  readonly one: (id: number) => string;
  readonly headers: Readonly<Record<string, string>>;
  /** How a comment is changed. */
  readonly change: "PATCH" | "PUT";
}

const comment = z.object({ id: z.number(), body: z.string().nullish() });
const mostPages = 100;
const perPage = 100;

/**
 * Where comments go, by the variables that GitHub Actions and GitLab CI set, with `PULL_REQUEST` for the number on GitHub.
 *
 * @throws LeaseholdError that names what is missing.
 */
export function commentHost(env: HostEnvironment): CommentHost {
  if (env["GITLAB_CI"] === "true") {
    const project = `${need(env, "CI_API_V4_URL")}/projects/${numberOf(env, "CI_PROJECT_ID")}`;
    const list = `${project}/merge_requests/${numberOf(env, "CI_MERGE_REQUEST_IID")}/notes`;
    const headers = { "PRIVATE-TOKEN": need(env, "GITLAB_TOKEN") };
    return { name: "GitLab", list, one: (id) => `${list}/${id}`, headers, change: "PUT" };
  }
  const repository = `${need(env, "GITHUB_API_URL")}/repos/${need(env, "GITHUB_REPOSITORY")}/issues`;
  return {
    name: "GitHub",
    list: `${repository}/${numberOf(env, "PULL_REQUEST")}/comments`,
    one: (id) => `${repository}/comments/${id}`,
    headers: {
      Authorization: `Bearer ${need(env, "GITHUB_TOKEN")}`,
      Accept: "application/vnd.github+json",
      "X-GitHub-Api-Version": "2022-11-28",
    },
    change: "PATCH",
  };
}

/**
 * Changes the comment that begins with the marker, or makes one: there is one for each environment, however often it is reviewed.
 *
 * @throws LeaseholdError when the host refuses.
 * @see https://docs.github.com/en/rest/issues/comments
 * @see https://docs.gitlab.com/api/notes/#merge-requests
 */
export async function putComment(host: CommentHost, marker: string, body: string): Promise<"made" | "changed"> {
  const known = await find(host, marker);
  if (known === undefined) {
    await call(host, "POST", host.list, { body });
    return "made";
  }
  await call(host, host.change, host.one(known), { body });
  return "changed";
}

async function find(host: CommentHost, marker: string): Promise<number | undefined> {
  for (let page = 1; page <= mostPages; page += 1) {
    const url = `${host.list}?per_page=${perPage}&page=${page}`;
    const comments = z.array(comment).parse(await call(host, "GET", url));
    // A marker within a comment may be somebody's quotation.
    const found = comments.find(({ body }) => body?.startsWith(marker));
    if (found !== undefined) return found.id;
    if (comments.length < perPage) return undefined;
  }
  return undefined;
}

async function call(host: CommentHost, method: string, url: string, body?: object): Promise<unknown> {
  const where = `${method} ${url}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { ...host.headers, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
  } catch (thrown) {
    throw new LeaseholdError(where, `${host.name} can't be reached (${messageOf(thrown)})`, "run the job again");
  }
  if (response.ok) return response.json();
  throw new LeaseholdError(
    where,
    `${host.name} answered ${response.status}`,
    host.name === "GitHub" ? "give the job the permission pull-requests: write" : "give GITLAB_TOKEN the scope api",
  );
}

function numberOf(env: HostEnvironment, name: string): string {
  const value = need(env, name);
  if (/^\d+$/.test(value)) return value;
  throw new LeaseholdError("leasehold ci comment", `${name} is ${JSON.stringify(value)}, not a number`, `set ${name}`);
}

function need(env: HostEnvironment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== "") return value;
  throw new LeaseholdError(
    "leasehold ci comment",
    `${name} is not set`,
    `run it in GitHub Actions or GitLab CI, with ${name} in the step's environment`,
  );
}
