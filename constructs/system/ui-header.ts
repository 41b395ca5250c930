import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { Construct } from "constructs";
import { LeaseholdError, show } from "../core/errors";
import { requireText } from "../core/texts";
import { claimName } from "../provider/claim";
import { requireRootNamespace } from "../provider/placement";
import { requireHeaderName } from "./header-name";

export interface UiHeaderProps {
  /** Such as `X-Frame-Options`. */
  readonly name: string;
  readonly value: string;
}

export const uiHeadersPath = "sys/config/ui/headers";

/**
 * A header that Vault answers with where it serves its user interface. What the API answers with is the listener's
 * `custom_response_headers`, in the server's own configuration; a header that is there can't be declared here too.
 *
 * The provider has no resource for it before 5.10, so it is written by a generic endpoint, which reads the value back.
 *
 * @see https://developer.hashicorp.com/vault/api-docs/system/config-ui
 */
export class UiHeader extends Construct {
  /**
   * @throws LeaseholdError when the name is no header's, is taken, is Vault's own or its listeners', or the value can't be sent.
   */
  constructor(scope: Construct, id: string, props: UiHeaderProps) {
    super(scope, id);
    const where = this.node.path;
    const name = requireHeaderName(where, "name", props.name);
    if (name.toLowerCase().startsWith("x-vault-")) {
      throw new LeaseholdError(where, `name ${name} begins with X-Vault-, which is Vault's own`, "name another header");
    }
    if (name.toLowerCase() === "strict-transport-security") {
      throw new LeaseholdError(
        where,
        `name ${name} is a header that every listener with TLS sends, and Vault then takes no other one`,
        "leave it out; custom_response_headers in the listener's configuration change its value",
      );
    }
    requireRootNamespace(this, `UI header ${name}`);
    claimName(this, "UI header", name.toLowerCase());
    const value = requireText(where, "value", props.value);
    if (!/^[\x20-\x7e]+$/.test(value)) {
      throw new LeaseholdError(where, `value ${show(value)} can't be sent in a header`, "use ASCII");
    }
    this.node.defaultChild = new GenericEndpoint(this, "Resource", {
      path: `${uiHeadersPath}/${name}`,
      // Vault takes values, and reads the first one back as value: both, for Terraform to see when somebody changes it.
      dataJson: JSON.stringify({ value, values: [value] }),
      ignoreAbsentFields: true,
    });
  }
}
