import type { UnsealKeys } from "../servers/open-vault";
import type { LabFolder } from "./lab-folder";

/** The keys of the lab's Vault; undefined before it was initialised. */
export function keptKeys(folder: LabFolder): UnsealKeys | undefined {
  const { unsealKeys, rootToken } = folder.secrets();
  return unsealKeys !== undefined && rootToken !== undefined ? { unsealKeys, rootToken } : undefined;
}

/** What writes new keys to the lab's keys.json. */
export function keyKeeper(folder: LabFolder): (keys: UnsealKeys) => void {
  return ({ unsealKeys, rootToken }) =>
    folder.writeSecrets({ ...folder.secrets(), unsealKeys: [...unsealKeys], rootToken });
}
