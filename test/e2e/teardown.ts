import { serverProducts } from "../../cli/parts/vault-binary";
import { type JestRun, removeParts, sharedLabs } from "./parts";

export default async function teardown(jestRun: JestRun): Promise<void> {
  for (const product of serverProducts) {
    for (const lab of sharedLabs(product, jestRun)) {
      await lab.stop();
      lab.remove();
    }
  }
  removeParts();
}
