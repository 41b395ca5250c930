import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findVaultBinary, type ServerProduct } from "../../cli/parts/vault-binary";
import { freePort } from "../../cli/servers/ports";
import type { ThrowAway } from "../../cli/servers/throw-away";
import { VaultServer } from "../../cli/servers/vault-server";
import type { VaultClient } from "../../cli/vault-client";
import { testContext } from "./parts";

/** Where every pod finds its own account, as the servers have it built in. */
const accountFolder = "/run/secrets/kubernetes.io/serviceaccount";

const apart = ["--mount", "--propagation", "private"];

/** Whether processes may have mounts of their own here, as root has outside of narrow containers. */
export function canMount(): boolean {
  return spawnSync("unshare", [...apart, "mount", "-t", "tmpfs", "tmpfs", "/run"]).status === 0;
}

/** A Vault of a test's own that sees the files of an account where a pod has them; nobody else on the machine does. */
export async function vaultInPod(
  place: ThrowAway,
  product: ServerProduct,
  account: Readonly<Record<string, string>>,
): Promise<{ readonly client: VaultClient; readonly folder: string }> {
  const { env } = testContext();
  const binary = await findVaultBinary(env, product, () => undefined);
  const files = place.folderFor("pod");
  for (const [name, text] of Object.entries(account)) writeFileSync(join(files, name), text);
  const folder = place.folderFor("vault-in-pod");
  const start = join(folder, "start");
  const steps = [
    "mount -t tmpfs tmpfs /run",
    `mkdir -p ${accountFolder}`,
    `mount --bind "${files}" ${accountFolder}`,
    `exec "${binary.path}" "$@"`,
  ];
  writeFileSync(start, `#!/bin/sh\nexec unshare ${apart.join(" ")} sh -c '${steps.join(" && ")}' sh "$@"\n`);
  chmodSync(start, 0o700);
  const server = new VaultServer({
    binary: { ...binary, path: start },
    folder,
    logFile: join(folder, "log"),
    port: await freePort(),
    clusterPort: await freePort(),
    env,
  });
  await server.untilReady(place.keep(await server.launch()));
  const { rootToken } = await server.open(undefined, () => undefined);
  return { client: server.client.withToken(rootToken), folder: files };
}
