import { join } from "node:path";
import { findMariaDb } from "../../../cli/servers/mariadb-server";
import { fakeCommand, rejection, scratchFolder } from "../scratch";

const folder = scratchFolder();
const server = (version: string) =>
  fakeCommand(folder(), "mariadbd", `echo "mariadbd  Ver ${version}-MariaDB for Linux"`);
const installer = () => fakeCommand(folder(), "mariadb-install-db");
const found = () => findMariaDb({ PATH: folder() });

describe("findMariaDb", () => {
  it("finds server and installer on PATH, with their version", async () => {
    server("11.4.3");
    installer();
    expect(await found()).toEqual({
      server: join(folder(), "mariadbd"),
      installer: join(folder(), "mariadb-install-db"),
      version: "11.4.3",
    });
  });

  it("finds nothing without an installer", async () => {
    server("10.11.6");
    expect(await found()).toBeUndefined();
  });

  it("refuses a server that is too old, and says which", async () => {
    server("10.6.18");
    installer();
    expect((await rejection(found())).message).toBe(
      `[${join(folder(), "mariadbd")}] is version 10.6.18, and 10.11 or later is needed: ` +
        "install mariadbd 10.11 or later, or take the old one off PATH",
    );
  });
});
