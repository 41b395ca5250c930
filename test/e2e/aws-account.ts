import { findMoto } from "../../cli/parts/moto";
import { AwsStandIn } from "../../cli/servers/aws-stand-in";
import { freePort } from "../../cli/servers/ports";
import type { ThrowAway } from "../../cli/servers/throw-away";
import { testContext } from "./parts";

/** The account that the stand-in has. */
export const account = "123456789012";

/** IAM and STS of a test's own, and what a person would do there. */
export class TestAws {
  static async start(place: ThrowAway): Promise<TestAws> {
    const { env } = testContext();
    const folder = place.folderFor("aws");
    const moto = await findMoto(env, () => undefined);
    const server = new AwsStandIn({ moto, folder, logFile: `${folder}/log`, port: await freePort(), env });
    await server.untilReady(place.keep(await server.launch()));
    return new TestAws(server.endpoint);
  }

  private constructor(readonly endpoint: string) {}

  /** Makes a user with a key, as a person makes one for Vault. */
  async makeUser(name: string): Promise<{ readonly accessKey: string; readonly secretKey: string }> {
    await this.iam("CreateUser", { UserName: name });
    const [key] = elements(await this.iam("CreateAccessKey", { UserName: name }), "AccessKey");
    return { accessKey: text(key, "AccessKeyId"), secretKey: text(key, "SecretAccessKey") };
  }

  async users(): Promise<string[]> {
    return elements(await this.iam("ListUsers"), "UserName").sort();
  }

  async keysOf(user: string): Promise<string[]> {
    return elements(await this.iam("ListAccessKeys", { UserName: user }), "AccessKeyId");
  }

  /** As whom AWS knows whoever signs with a key. */
  async callerOf(accessKey: string): Promise<string> {
    return text(await this.ask("sts", "2011-06-15", "GetCallerIdentity", {}, accessKey), "Arn");
  }

  iam(action: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.ask("iam", "2010-05-08", action, parameters, "AKIAOFAPERSON");
  }

  private async ask(
    service: string,
    version: string,
    action: string,
    parameters: Readonly<Record<string, string>>,
    accessKey: string,
  ): Promise<string> {
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        // Whom it is from is all that the stand-in reads of it.
        Authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Action: action, Version: version, ...parameters }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${action}: ${response.status} ${answer}`);
    return answer;
  }
}

/** What is in each element of a name. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, "g"))].map((match) => match[1] ?? "");
}

function text(xml: string | undefined, name: string): string {
  const [found] = elements(xml ?? "", name);
  if (found === undefined) throw new Error(`there is no ${name} in ${xml ?? "nothing"}`);
  return found;
}
