/** The provider's blocks for plug-ins that have no connection of their own here. */
export const customEngineNames = [
  "cassandra",
  "couchbase",
  "elasticsearch",
  "hana",
  "influxdb",
  "mongodbatlas",
  "mssql",
  "mysql_aurora",
  "mysql_legacy",
  "mysql_rds",
  "oracle",
  "redis",
  "redis_elasticache",
  "redshift",
  "snowflake",
] as const;
