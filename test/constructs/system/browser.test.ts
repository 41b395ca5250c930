import { Cors, type CorsProps } from "../../../constructs/system/cors";
import { UiHeader, type UiHeaderProps } from "../../../constructs/system/ui-header";
import { type Fields, onlyResource, stackWithVault, synth, warnings } from "../../helpers/synth";

function endpoint(declare: (stack: ReturnType<typeof stackWithVault>) => unknown): Fields {
  const stack = stackWithVault();
  declare(stack);
  const fields = onlyResource(synth(stack), "vault_generic_endpoint");
  return { ...fields, data_json: JSON.parse(fields["data_json"] as string) as unknown };
}

const allowedOrigins = ["https://portal.company.com", "http://localhost:3000"];

describe("Cors", () => {
  const cors = (props: Partial<CorsProps> = {}) =>
    endpoint((stack) => new Cors(stack, "Cors", { allowedOrigins, ...props }));

  it("is written so that Terraform sees what changes on the server", () => {
    expect(cors()).toEqual({
      path: "sys/config/cors",
      data_json: { allow_credentials: false, allowed_origins: allowedOrigins, enabled: true },
      ignore_absent_fields: true,
    });
  });

  it("can't be compared where headers are named, and says so", () => {
    expect(cors({ allowedHeaders: ["X-Vault-Namespace"] })).toMatchObject({
      data_json: { allowed_headers: ["X-Vault-Namespace"] },
      disable_read: true,
    });
    const construct = new Cors(stackWithVault(), "Cors", { allowedOrigins, allowedHeaders: ["X-Vault-Namespace"] });
    expect(warnings(construct)).toEqual([expect.stringContaining("does not see when somebody changes CORS there")]);
  });

  it.each<[Partial<Record<keyof CorsProps, unknown>>, string]>([
    [{ allowedOrigins: [] }, "allowedOrigins is empty: name one at least, or leave cors out"],
    [{ allowedOrigins: ["*"] }, 'allowedOrigins[0] is "*", with which any page that somebody opens can use Vault'],
    [{ allowedOrigins: ["https://a.com/"] }, 'allowedOrigins[0] "https://a.com/" is no origin as a browser names it'],
    [{ allowedOrigins: ["https://A.com"] }, 'allowedOrigins[0] "https://A.com" is no origin'],
    [{ allowedOrigins: ["https://a.com:443"] }, 'allowedOrigins[0] "https://a.com:443" is no origin'],
    [{ allowedOrigins: ["a.com"] }, 'allowedOrigins[0] "a.com" is no origin'],
    [{ allowedOrigins: ["null"] }, 'allowedOrigins[0] "null" is no origin'],
    [{ allowedOrigins: ["file://a"] }, 'allowedOrigins[0] "file://a" is no origin'],
    [{ allowedOrigins: ["https://*.a.com"] }, 'allowedOrigins[0] "https://*.a.com" is no origin'],
    [{ allowedOrigins: ["https://a.com", "https://a.com"] }, 'allowedOrigins[1] "https://a.com" is there twice'],
    [{ allowedHeaders: ["*"] }, 'allowedHeaders[0] "*" is not the name of a header'],
    [{ allowedHeaders: ["X-Vault-Token"] }, "allowedHeaders[0] X-Vault-Token is let in by Vault itself: leave it out"],
  ])("refuses %j", (props, message) => {
    expect(() => cors(props as Partial<CorsProps>)).toThrow(`[dev/Cors] ${message}`);
  });

  it("is there once", () => {
    const stack = stackWithVault();
    new Cors(stack, "First", { allowedOrigins });
    expect(() => new Cors(stack, "Second", { allowedOrigins })).toThrow("is declared already, by dev/First");
  });
});

describe("UiHeader", () => {
  const header = (props: Partial<UiHeaderProps> = {}) =>
    endpoint((stack) => new UiHeader(stack, "Header", { name: "X-Frame-Options", value: "DENY", ...props }));

  it("is written so that Terraform sees what changes on the server", () => {
    expect(header()).toEqual({
      path: "sys/config/ui/headers/X-Frame-Options",
      data_json: { value: "DENY", values: ["DENY"] },
      ignore_absent_fields: true,
    });
  });

  it.each<[Partial<UiHeaderProps>, string]>([
    [{ name: "" }, 'name "" is not the name of a header'],
    [{ name: "a b" }, 'name "a b" is not the name of a header'],
    [{ name: "x-vault-foo" }, "name x-vault-foo begins with X-Vault-, which is Vault's own"],
    [{ value: "" }, 'value "" can\'t be compared with'],
    [{ value: "a\nb" }, 'value "a\\nb" can\'t be compared with'],
    [{ value: "${path}" }, 'value "${path}" can\'t be compared with'],
    [{ value: "ä" }, 'value "ä" can\'t be sent in a header: use ASCII'],
  ])("refuses %j", (props, message) => {
    expect(() => header(props)).toThrow(`[dev/Header] ${message}`);
  });

  it("is none that Vault's listeners send themselves", () => {
    expect(() => header({ name: "strict-transport-security", value: "max-age=60" })).toThrow(
      "[dev/Header] name strict-transport-security is a header that every listener with TLS sends, and Vault then takes no other one: leave it out; custom_response_headers in the listener's configuration change its value",
    );
  });

  it("is there once, however it is written", () => {
    const stack = stackWithVault();
    new UiHeader(stack, "First", { name: "X-Foo", value: "a" });
    expect(() => new UiHeader(stack, "Second", { name: "x-foo", value: "b" })).toThrow(
      '[dev/Second] UI header "x-foo" is declared already, by dev/First',
    );
  });
});
