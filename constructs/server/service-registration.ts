import type { Duration } from "../core/duration";
import { LeaseholdError, show } from "../core/errors";
import { type Block, block } from "./configuration-text";
import { consulFields, type ConsulConnection, readsConsulToken, requireGuarded } from "./consul";
import { checked, type Fields, type Place, plainText, renderFields, requireSome, text, time } from "./fields";

/**
 * Servers in Consul's catalogue, where Consul is not the storage. The token comes from CONSUL_HTTP_TOKEN.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/service-registration/consul
 */
export interface ConsulRegistration extends ConsulConnection {
  readonly type: "consul";
  /** Name of the service. @default "vault" */
  readonly service?: string;
  /** @default none */
  readonly serviceTags?: readonly string[];
  /** Address that the catalogue gives. @default the one of api_addr */
  readonly serviceAddress?: string;
  /** @default "5s" */
  readonly checkTimeout?: Duration;
}

/**
 * Labels on the server's pod, which say whether it is active. The pod is told by VAULT_K8S_POD_NAME and VAULT_K8S_NAMESPACE
 * (OpenBao: BAO_K8S_POD_NAME and BAO_K8S_NAMESPACE).
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/service-registration/kubernetes
 */
export interface KubernetesRegistration {
  readonly type: "kubernetes";
}

export type ServiceRegistration = ConsulRegistration | KubernetesRegistration;

const consul: Fields<ConsulRegistration> = {
  ...consulFields,
  service: text("service"),
  serviceTags: checked("service_tags", (where, option, values) =>
    requireSome(where, option, values)
      .map((each) => {
        if (!each.includes(",")) return plainText(where, option, each);
        throw new LeaseholdError(where, `${option} ${show(each)} has a comma`, "give each tag for itself");
      })
      .join(","),
  ),
  serviceAddress: text("service_address"),
  checkTimeout: time("check_timeout"),
};

/** The `service_registration` block. */
export function registrationBlock(given: Place, registration: ServiceRegistration): Block {
  const place = { ...given, where: `${given.where}: service_registration ${registration.type}` };
  switch (registration.type) {
    case "consul":
      place.program.require(place.where, "type", "consulStorage");
      requireGuarded(place.where, registration);
      readsConsulToken(place);
      return block("service_registration", renderFields(place, consul, registration), "consul");
    case "kubernetes": {
      const prefix = place.program.server.product === "openbao" ? "BAO" : "VAULT";
      place.reads({
        name: `${prefix}_K8S_POD_NAME`,
        holds: "the name of the pod (fieldRef metadata.name)",
        required: true,
      });
      place.reads({
        name: `${prefix}_K8S_NAMESPACE`,
        holds: "its namespace (fieldRef metadata.namespace)",
        required: true,
      });
      return block("service_registration", renderFields(place, {}, registration), "kubernetes");
    }
    default:
      throw new LeaseholdError(
        given.where,
        `service registration ${show((registration as { readonly type: unknown }).type)} is none`,
        "use consul or kubernetes",
      );
  }
}
