import { join } from "node:path";
import { knownResources } from "../../../cli/lab/known-resources";
import { scratchFolder, write } from "../scratch";

const scratch = scratchFolder();
const path = () => join(scratch(), "infra.tfstate");

describe("what a Terraform state knows", () => {
  it("is nothing where there is none", () => expect(knownResources(path()).size).toBe(0));

  it("is the ids of all instances", () => {
    const instances = [{ attributes: { id: "a" } }, { attributes: { id: "b", name: "x" } }, { attributes: {} }];
    write(
      path(),
      JSON.stringify({ version: 4, resources: [{ type: "docker_container", instances }, { instances: [] }] }),
    );
    expect([...knownResources(path())]).toEqual(["a", "b"]);
  });

  it.each(["", "{", '{"resources":1}'])("is not guessed from %j", (text) => {
    write(path(), text);
    expect(() => knownResources(path())).toThrow(`[${path()}] is no Terraform state: put the right file back`);
  });
});
