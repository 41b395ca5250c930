import { DockerEngine } from "../../../cli/docker/engine";
import { parseImageName, pinned } from "../../../cli/docker/image-name";
import { digestOf, requireImage } from "../../../cli/docker/images";
import { rejection, scratchFolder } from "../scratch";
import { type Answers, SocketEngine } from "./socket-engine";

const scratch = scratchFolder();
let server: SocketEngine;

async function engine(answers: Answers): Promise<DockerEngine> {
  server = await new SocketEngine(scratch()).answers(answers);
  return DockerEngine.at(server.host);
}

afterEach(() => server.close());

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const name = "registry.company.com:5000/team/vault:1.21.1";
const lines = (...all: readonly object[]) => Buffer.from(all.map((line) => `${JSON.stringify(line)}\r\n`).join(""));

describe("an image that is there", () => {
  it("is not pulled", async () => {
    const found = await engine({ [`GET /images/${name}/json`]: [200, { Id: "one" }] });
    await requireImage(found, name, () => undefined);
    expect(server.asked).toEqual(["GET /version", `GET /images/${name}/json`]);
  });
});

describe("an image that is missing", () => {
  const reported: string[] = [];
  beforeEach(() => void reported.splice(0));
  const report = (line: string) => void reported.push(line);

  it("is pulled by its tag, with how far that is", async () => {
    const layer = { status: "Downloading", id: "a" };
    const found = await engine({
      "POST /images/create": lines(
        { status: "Pulling from team/vault", id: "1.21.1" },
        { ...layer, progressDetail: { current: 1_000_000, total: 20_000_000 } },
        { ...layer, id: "b", progressDetail: { current: 9_500_000, total: 10_000_000 } },
        { status: "Download complete", id: "b" },
        { status: "Verifying Checksum", id: "a" },
      ),
    });
    await requireImage(found, name, report);
    expect(server.asked.at(-1)).toBe(
      "POST /images/create?fromImage=registry.company.com%3A5000%2Fteam%2Fvault&tag=1.21.1",
    );
    expect(reported).toEqual([
      `${name}: Pulling from team/vault`,
      `${name}: 1.0 of 20 MB`,
      `${name}: 11 of 30 MB`,
      `${name}: 11 of 30 MB`,
      `${name}: 11 of 30 MB`,
    ]);
  });

  it("is pulled by its digest where it has one", async () => {
    const found = await engine({ "POST /images/create": lines({ status: "Digest" }) });
    await requireImage(found, `vault:1@${digest("a")}`, report);
    expect(server.asked.at(-1)).toBe(`POST /images/create?fromImage=vault&tag=${encodeURIComponent(digest("a"))}`);
  });

  it.each<[string, Answers[string]]>([
    ["at once", [404, { message: "manifest unknown" }]],
    ["half way", lines({ status: "Downloading" }, { error: "manifest unknown" })],
  ])("and can't be pulled says why, where that shows %s", async (_, answer) => {
    const found = await engine({ "POST /images/create": answer });
    expect((await rejection(requireImage(found, name, report))).message).toBe(
      `[image ${name}] is not there, and can't be pulled (manifest unknown): ` +
        `have "docker pull" get it, which knows your registries' logins, or name another one with --image`,
    );
  });
});

describe("the digest of an image", () => {
  const asked = async (RepoDigests: readonly string[] | null, of = name) =>
    digestOf(await engine({ [`GET /images/${of}/json`]: [200, { Id: "one", RepoDigests }] }), of);

  it("is that of its own registry", async () => {
    expect(await asked([`other/vault@${digest("b")}`, `registry.company.com:5000/team/vault@${digest("a")}`])).toBe(
      digest("a"),
    );
  });

  it("is the one in its name", async () => {
    expect(await asked([`vault@${digest("b")}`], `vault:1@${digest("a")}`)).toBe(digest("a"));
  });

  it.each([[null], [[]]])("is none where it was built here (%j)", async (known) => {
    expect((await rejection(asked(known))).message).toBe(
      `[image ${name}] was built here, and has a digest only where a registry has it: ` +
        "push it to one and pull it from there, or leave out --digests",
    );
  });

  it("is unknown where it was not pulled", async () => {
    expect((await rejection(digestOf(await engine({}), name))).message).toBe(
      `[image ${name}] is not there, so that its digest is unknown: docker pull ${name} first`,
    );
  });

  it("pins a name in place of another digest", () => {
    expect(pinned(name, digest("a"))).toBe(`${name}@${digest("a")}`);
    expect(pinned(`vault:1@${digest("b")}`, digest("a"))).toBe(`vault:1@${digest("a")}`);
  });
});

describe("the name of an image", () => {
  beforeEach(() => engine({}));

  it.each([
    ["postgres", { repository: "postgres" }],
    ["hashicorp/vault:1.21.1", { repository: "hashicorp/vault", tag: "1.21.1" }],
    ["localhost:5000/a/b_c:x-1", { repository: "localhost:5000/a/b_c", tag: "x-1" }],
    [`mongo:8@${digest("f")}`, { repository: "mongo", tag: "8", digest: digest("f") }],
  ])("%s is taken apart", (text, parts) => expect(parseImageName("--image", text)).toEqual(parts));

  it.each(["", "Vault:1", "vault:", "a//b:1", "vault:1@sha256:ab", "../x:1", "a b:1", "a?x=1"])(
    "%j is refused",
    (text) => {
      expect(() => parseImageName("--image", text)).toThrow(`[--image] ${JSON.stringify(text)} is no name of an image`);
    },
  );
});
