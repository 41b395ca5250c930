import { newStackName } from "../../../cli/lab/lab-stack";

describe("the name of a new lab's containers", () => {
  const lab = { name: "Trial", path: "/home/me/one/.lab/Trial" };

  it("is one that engines take, and the lab's own", () => {
    expect(newStackName(lab)).toMatch(/^leasehold-trial-[0-9a-f]{6}$/);
    expect(newStackName({ ...lab })).toBe(newStackName(lab));
  });

  it("is cut where engines would take no more", () => {
    const long = { ...lab, name: `Team.${"a".repeat(40)}` };
    expect(newStackName(long)).toMatch(/^leasehold-team-a{18}-[0-9a-f]{6}$/);
  });

  it("is another in another checkout, which shares the engine", () => {
    expect(newStackName({ ...lab, path: "/home/me/two/.lab/Trial" })).not.toBe(newStackName(lab));
  });
});
