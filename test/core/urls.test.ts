import { requireHttpsOrLoopbackUrl, requireHttpsUrl } from "../../constructs/core/urls";
import { refusalOf } from "../helpers/environments";

describe("requireHttpsUrl", () => {
  it.each([
    "https://api.company.com",
    "https://10.0.0.1:6443",
    "https://[fd00::5]:6443/",
    "https://github.company.com/api/v3",
  ])("takes %s", (url) => {
    expect(requireHttpsUrl("dev/Kubernetes", "host", url)).toBe(url);
  });

  it.each([
    "http://api.company.com",
    "api.company.com:6443",
    "",
    "https://",
    "https://api.company.com?x=1",
    "https://api.company.com/#x",
    "https://api.company.com:99999",
    "https://${host}",
    "https://a b",
  ])("refuses %j", (url) => {
    expect(refusalOf(() => requireHttpsUrl("dev/Kubernetes", "host", url))).toBe(
      `[dev/Kubernetes] host ${JSON.stringify(url)} is not an https URL: ` +
        "write it as in https://api.company.com:6443, without credentials, query or fragment",
    );
  });

  it("does not repeat credentials", () => {
    const refusal = refusalOf(() => requireHttpsUrl("dev/Kubernetes", "host", "https://me:secret@api.company.com"));
    expect(refusal).toContain('host "https://***@api.company.com" is not an https URL');
    expect(refusal).not.toContain("secret");
  });
});

describe("requireHttpsOrLoopbackUrl", () => {
  it.each(["https://iam.amazonaws.com", "http://127.0.0.1:5000", "http://localhost:5000/"])("takes %s", (url) => {
    expect(requireHttpsOrLoopbackUrl("dev/Aws", "iamEndpoint", url)).toBe(url);
  });

  it.each(["http://iam.company.com", "http://127.0.0.1.company.com:80", "http://127.0.0.1", "http://me@localhost:80"])(
    "refuses %s",
    (url) => {
      expect(refusalOf(() => requireHttpsOrLoopbackUrl("dev/Aws", "iamEndpoint", url))).toContain(
        "is not an https URL",
      );
    },
  );
});
