import { createSign } from "node:crypto";
import { request } from "node:https";
import { z } from "zod";
import { builtKubeApiserver } from "../../cli/parts/kube-apiserver";
import { findEtcd, KubernetesApi } from "../../cli/servers/kubernetes-api";
import { freePort } from "../../cli/servers/ports";
import type { ThrowAway } from "../../cli/servers/throw-away";
import type { TestAuthority } from "./certificates";
import { testContext } from "./parts";

const tokenAnswer = z.object({ status: z.object({ token: z.string() }) });
const objectAnswer = z.object({ metadata: z.object({ uid: z.string() }) });

/** A namespace and the name of a service account in it. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** Kubernetes' API server of a test's own. */
export class TestCluster {
  static async start(place: ThrowAway, authority: TestAuthority): Promise<TestCluster> {
    const { env } = testContext();
    const etcd = await findEtcd(env);
    if (etcd === undefined) {
      throw new Error("etcd is not installed: install Debian's etcd-server, which .ci/run does as root");
    }
    const folder = place.folderFor("kubernetes");
    const api = new KubernetesApi({
      binary: await builtKubeApiserver(env, () => undefined),
      etcd,
      folder,
      port: await freePort(),
      etcdPorts: [await freePort(), await freePort()],
      certificate: await authority.issue(folder, "kubernetes", { ip: "127.0.0.1" }),
      env,
    });
    const started = new TestCluster(api, authority.pem);
    place.keep(await api.launchEtcd());
    await api.untilReady(place.keep(await api.launch()), () => started.isReady());
    return started;
  }

  private constructor(
    readonly api: KubernetesApi,
    private readonly authority: string,
  ) {}

  async createAccount({ namespace, name }: ServiceAccount): Promise<void> {
    await this.call("POST", "/api/v1/namespaces", { metadata: { name: namespace } }, [201, 409]);
    await this.call("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } }, [201, 409]);
  }

  async deleteAccount({ namespace, name }: ServiceAccount): Promise<void> {
    await this.call("DELETE", `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`);
  }

  /** Lets an account review tokens. */
  async allowReviews({ namespace, name }: ServiceAccount): Promise<void> {
    await this.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      metadata: { name: `reviews-${namespace}-${name}` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
      subjects: [{ kind: "ServiceAccount", namespace, name }],
    });
  }

  /** A token that Kubernetes issues to the account. */
  async tokenOf({ namespace, name }: ServiceAccount, ...audiences: readonly string[]): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const answer = await this.call("POST", path, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences, expirationSeconds: 3600 },
    });
    return tokenAnswer.parse(answer).status.token;
  }

  /** A token like one that Kubernetes issued, with an end of the test's choice, in seconds from now. */
  async signedTokenOf({ namespace, name }: ServiceAccount, audience: string, endsIn: number): Promise<string> {
    const answer = await this.call("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`);
    const { uid } = objectAnswer.parse(answer).metadata;
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = {
      iss: KubernetesApi.issuer,
      aud: [audience],
      sub: `system:serviceaccount:${namespace}:${name}`,
      iat: now - 7200,
      nbf: now - 7200,
      exp: now + endsIn,
      "kubernetes.io": { namespace, serviceaccount: { name, uid } },
    };
    const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(this.api.signingKey, "base64url")}`;
  }

  /** When the roles that Kubernetes comes with are there too. */
  private async isReady(): Promise<boolean> {
    await this.call("GET", "/readyz");
    await this.call("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:auth-delegator");
    return true;
  }

  private call(method: string, path: string, body?: object, accepted = [200, 201]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.api.adminToken}`, "content-type": "application/json" };
      const sent = request(`${this.api.url}${path}`, { method, headers, ca: this.authority }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          if (!accepted.includes(status)) reject(new Error(`${method} ${path}: ${status} ${text}`));
          else resolve(text.startsWith("{") ? JSON.parse(text) : text);
        });
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
