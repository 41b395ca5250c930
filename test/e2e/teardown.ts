import { serverProducts } from "../../cli/parts/vault-binary";
import { removeParts, sharedLab } from "./parts";

export default async function teardown(): Promise<void> {
  for (const product of serverProducts) {
    const lab = sharedLab(product);
    await lab.stop();
    lab.remove();
  }
  removeParts();
}
