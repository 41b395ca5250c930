import type { HostEnvironment } from "../../environments/load";
import type { VaultBinary } from "../parts/vault-binary";
import type { VaultClient } from "../vault-client";
import { freePort } from "./ports";
import type { ThrowAway } from "./throw-away";
import { VaultServer } from "./vault-server";

/** Starts a Vault that ends with the place, and gives a client with its root token. */
export async function startThrowAwayVault(
  place: ThrowAway,
  env: HostEnvironment,
  binary: VaultBinary,
): Promise<VaultClient> {
  const folder = place.folderFor("vault");
  const server = new VaultServer({
    binary,
    folder,
    logFile: `${folder}/log`,
    port: await freePort(),
    clusterPort: await freePort(),
    env,
  });
  await server.untilReady(place.keep(await server.launch()));
  const { rootToken } = await server.open(undefined, () => undefined);
  return server.client.withToken(rootToken);
}
