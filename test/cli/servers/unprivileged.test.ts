import { statSync } from "node:fs";
import { giveToUnprivileged, unprivilegedCommand } from "../../../cli/servers/unprivileged";
import { refusalOf } from "../../helpers/environments";
import { fakeCommand, scratchFolder, write } from "../scratch";

const folder = scratchFolder();
const command = ["/usr/sbin/server", "--port=1"] as const;
const asUser = (id: number) => jest.spyOn(process, "getuid").mockReturnValue(id);

afterEach(() => jest.restoreAllMocks());

describe("an ordinary user's server", () => {
  it("is started as it is, and its files are left alone", () => {
    asUser(1000);
    const file = write(`${folder()}/file`);
    const { uid } = statSync(file);
    giveToUnprivileged(file);
    expect(statSync(file).uid).toBe(uid);
    expect(unprivilegedCommand("MariaDB", {}, command)).toEqual(command);
  });
});

describe("root's server", () => {
  it("is started as nobody, who may pass folders that only root may enter", () => {
    asUser(0);
    const setpriv = fakeCommand(folder(), "setpriv");
    const made = unprivilegedCommand("MariaDB", { PATH: folder() }, command);
    expect(made[0]).toBe(setpriv);
    expect(made).toEqual(expect.arrayContaining(["--reuid=65534", "--regid=65534", "--ambient-caps=+dac_read_search"]));
    expect(made.slice(-3)).toEqual(["--", ...command]);
  });

  it("can't be started without setpriv", () => {
    asUser(0);
    expect(refusalOf(() => unprivilegedCommand("MariaDB", { PATH: folder() }, command))).toBe(
      "[MariaDB] refuses to run as root, and setpriv is not on PATH: install util-linux, or work as another user",
    );
  });
});
