import { createSign, generateKeyPairSync } from "node:crypto";

/** Signs tokens as a CI server or an issuer does. */
export class TokenSigner {
  private readonly keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

  /** Public key in PEM. */
  get publicKey(): string {
    return this.keys.publicKey.export({ type: "spki", format: "pem" }).toString();
  }

  /** A token that is good for five minutes, unless the claims say otherwise. */
  sign(claims: Readonly<Record<string, unknown>>): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const times = { iat: now, nbf: now - 5, exp: now + 300 };
    const signed = [part({ alg: "RS256", typ: "JWT" }), part({ ...times, ...claims })].join(".");
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(this.keys.privateKey, "base64url")}`;
  }
}
