import { ThrowAway } from "../../cli/servers/throw-away";
import { TestEngine } from "./docker-engine";
import { testImage } from "./docker-images";
import type { TestImage } from "./docker-recipes";
import { readParts } from "./parts";

/** Deployments take seconds here, and more on a busy machine. */
jest.setTimeout(5 * 60_000);

/** The engine of one test file, with images that stand in for the official ones. */
export class DockerRig {
  static async open(...wanted: readonly TestImage[]): Promise<DockerRig> {
    const place = await ThrowAway.open();
    try {
      const engine = await TestEngine.open(place);
      const images: [TestImage, string][] = [];
      for (const each of wanted) images.push([each, await testImage(engine, place, each)]);
      return new DockerRig(place, engine, Object.fromEntries(images));
    } catch (thrown) {
      await place.close();
      throw thrown;
    }
  }

  private constructor(
    readonly place: ThrowAway,
    readonly engine: TestEngine,
    /** By what they are for. */
    readonly images: Readonly<Partial<Record<TestImage, string>>>,
  ) {}

  /** Removes what tests that failed may have left of stacks whose names begin so. */
  async close(...prefixes: readonly string[]): Promise<void> {
    try {
      await this.engine.close(...prefixes);
    } finally {
      await this.place.close();
    }
  }
}

/** The tests of `body` where an engine can be had; where it can't, one skipped test that says why. */
export function describeOnDocker(title: string, body: () => void): void {
  const { docker: reason } = readParts();
  if (reason === undefined) describe(title, body);
  else it.skip(`${title}: ${reason}`, () => undefined);
}
