import { refusal } from "../command";

const token = { VAULT_TOKEN: "any" };
const login = { ...token, LEASEHOLD_DATABASE_PASSWORD: "any" };

describe("leasehold database", () => {
  it.each(["rotate-root", "reseed", "orphans"])("%s refuses to go on without a token", async (command) => {
    expect(await refusal(["database", command, "dev", "postgres-dev"])).toMatch(
      new RegExp(`^\\[leasehold database ${command}\\] VAULT_TOKEN is not set: set it to a token that may `),
    );
  });

  it.each(["reseed", "orphans"])("%s refuses to go on without a login to the database", async (command) => {
    expect(await refusal(["database", command, "dev", "postgres-dev", "--yes"], token)).toBe(
      "[database postgres-dev] LEASEHOLD_DATABASE_PASSWORD is not set: set it to the password of postgres, or of another login that you name with --user",
    );
  });

  it("refuses a database that there is not", async () => {
    expect(await refusal(["database", "rotate-root", "dev", "ghost"], token)).toBe(
      '[environments/dev] there is no database "ghost": use one of postgres-dev, mysql-analytics, data-warehouse',
    );
  });

  it("refuses a port that can't be one", async () => {
    expect(await refusal(["database", "orphans", "dev", "postgres-dev", "--port", "http"], login)).toBe(
      '[--port] "http" is not a port: give a whole number from 1 to 65535',
    );
  });

  it("reseed refuses to go on without consent where there is nobody to ask", async () => {
    expect(await refusal(["database", "reseed", "dev", "postgres-dev"], login)).toBe(
      "[leasehold database reseed] has no terminal to ask for consent: give --yes",
    );
  });
});
