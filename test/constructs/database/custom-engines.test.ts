import { engineOfPlugin } from "../../../constructs/database/custom-engines";

describe("engineOfPlugin", () => {
  it.each([
    ["mssql-database-plugin", "mssql"],
    ["mysql-aurora-acme", "mysql_aurora"],
    ["mysql-acme", "mysql"],
    ["redis-elasticache-acme", "redis_elasticache"],
    ["redis-acme", "redis"],
    ["mongodbatlas-acme", "mongodbatlas"],
    ["mongodb-acme", "mongodb"],
    ["vault-plugin-database-oracle", "oracle"],
    ["acme", undefined],
  ])("takes %s to be one of %s, as the provider does", (name, engine) => {
    expect(engineOfPlugin(name)).toBe(engine);
  });
});
