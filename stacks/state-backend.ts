import {
  AzurermBackend,
  ConsulBackend,
  GcsBackend,
  HttpBackend,
  LocalBackend,
  PgBackend,
  S3Backend,
  type TerraformStack,
} from "cdktf";
import { resolve } from "node:path";
import type { Environment } from "../environments/schema";

/** Declares where the stack's state lies. Backends read their credentials from the environment, never from the declaration. */
export function declareBackend(stack: TerraformStack, { name, state }: Environment): void {
  switch (state.backend) {
    case "local":
      new LocalBackend(stack, { path: resolve(state.path ?? `terraform.${name}.tfstate`) });
      return;
    case "s3":
      new S3Backend(stack, { bucket: state.bucket, key: state.key, region: state.region, encrypt: true });
      // Locks by a file in the bucket: Terraform 1.10 and OpenTofu 1.10 and later, no DynamoDB table.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      return;
    case "gcs":
      new GcsBackend(stack, { bucket: state.bucket, prefix: state.prefix });
      return;
    case "azurerm":
      new AzurermBackend(stack, {
        resourceGroupName: state.resourceGroupName,
        storageAccountName: state.storageAccountName,
        containerName: state.containerName,
        key: state.key,
      });
      return;
    case "http":
      new HttpBackend(stack, {
        address: state.address,
        lockAddress: state.lockAddress,
        unlockAddress: state.unlockAddress,
      });
      return;
    case "pg":
      new PgBackend(stack, { connStr: "", schemaName: state.schemaName });
      // It holds a password: Terraform takes it from PG_CONN_STR.
      stack.addOverride("terraform.backend.pg.conn_str", undefined);
      return;
    case "consul":
      new ConsulBackend(stack, { path: state.path, address: state.address, accessToken: "", gzip: true });
      // Terraform takes it from CONSUL_HTTP_TOKEN.
      stack.addOverride("terraform.backend.consul.access_token", undefined);
      return;
  }
}
