import type { TerraformStack } from "cdktf";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Lab } from "../../cli/lab/lab";
import { findVaultBinary, type ServerProduct, type VaultBinary } from "../../cli/parts/vault-binary";
import { messageOf } from "../../constructs/core/errors";
import { AppRoleAuth } from "../../constructs/auth/approle-auth";
import { guardrailReport } from "../../constructs/guardrails/report";
import { FileAuditDevice } from "../../constructs/system/file-audit-device";
import { SocketAuditDevice } from "../../constructs/system/socket-audit-device";
import { SyslogAuditDevice } from "../../constructs/system/syslog-audit-device";
import { hostEnvironment } from "../../environments/load";
import { AuditSink, DatagramSink } from "./audit-sink";
import { ConstructTrial } from "./construct-trial";
import { declare, serverAudit } from "./declarations/server-audit";
import { readParts, testContext } from "./parts";
import "./rig";
import { Trial } from "./trial";

const devicesAnswer = z.object({ data: z.record(z.string(), z.object({ type: z.string() })) });
const loginAnswer = z.object({ auth: z.object({ client_token: z.string() }) });
const syslogSocket = "/dev/log";

/** A server of this file's own, which it may stop from answering. */
async function startLab(product: ServerProduct, wrapped: (lab: Lab, binary: VaultBinary) => string): Promise<Lab> {
  const lab = new Lab(testContext(), `e2e-audit-${product}`);
  await lab.stop();
  lab.remove();
  lab.folder.make();
  const binary = await findVaultBinary(hostEnvironment(), product, () => undefined);
  await lab.prepare({ ...binary, path: wrapped(lab, binary) });
  await lab.startVault();
  return lab;
}

async function endLab(lab: Lab | undefined): Promise<void> {
  await lab?.stop();
  lab?.remove();
}

/** Repeats until it is true: a connection that broke may take some entries before anybody sees it. */
async function eventually(is: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    if (await is()) return true;
    await sleep(100);
  }
  return false;
}

/** Why there is no syslog to listen at; undefined where there can be one. */
function noSyslog(): string | undefined {
  if (existsSync(syslogSocket)) return `${syslogSocket} is this machine's own`;
  try {
    accessSync("/dev", constants.W_OK);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

const missing = readParts().missing;
const describeOn = (product: ServerProduct) => (missing[product] === undefined ? describe : describe.skip);
const syslogReason = noSyslog();

interface Devices {
  readonly withFile: boolean;
  readonly withUdp: boolean;
  readonly withSyslog: boolean;
}

describeOn("vault")(
  `audit devices that fail on vault${missing.vault === undefined ? "" : `: ${missing.vault}`}`,
  () => {
    let lab: Lab;
    let trial: ConstructTrial<Devices>;
    let tcp: AuditSink;
    let unix: AuditSink;
    const udp = new DatagramSink();
    const syslog = new AuditSink(syslogSocket);
    const mount = "audit-servers";
    const file = () => lab.folder.at("audit.log");

    /** What a client gets: whether it was served, or the server's words. */
    const asked = (path: string) =>
      lab
        .operator()
        .write(path, { type: "approle" })
        .then(
          () => "served",
          (thrown: unknown) => messageOf(thrown),
        );
    const looked = () =>
      lab
        .operator()
        .read("sys/mounts", z.unknown())
        .then(
          () => "served",
          (thrown: unknown) => messageOf(thrown),
        );

    beforeAll(async () => {
      lab = await startLab("vault", (_lab, { path }) => path);
      tcp = new AuditSink(0);
      unix = new AuditSink(lab.folder.at("audit.sock"));
      await tcp.open();
      await unix.open();
      await udp.open();
      if (syslogReason === undefined) await syslog.open();
      trial = new ConstructTrial<Devices>(lab, {
        name: "audit-servers",
        parameters: { withFile: true, withUdp: true, withSyslog: syslogReason === undefined },
        declare: (stack: TerraformStack, { withFile, withUdp, withSyslog }) => {
          new AppRoleAuth(stack, "AppRole", { path: mount }).addRole("ci", { tokenTtl: "20m" });
          if (withFile) new FileAuditDevice(stack, "File", { filePath: file() });
          if (withSyslog) new SyslogAuditDevice(stack, "Syslog", { facility: "LOCAL0", tag: "leasehold" });
          new SocketAuditDevice(stack, "Tcp", { path: "tcp", address: tcp.address, writeTimeout: "1s" });
          if (withUdp) new SocketAuditDevice(stack, "Udp", { path: "udp", address: udp.address, socketType: "udp" });
          new SocketAuditDevice(stack, "Unix", { path: "unix", address: unix.address, socketType: "unix" });
        },
      });
      await trial.deploy();
    });

    afterAll(async () => {
      for (const sink of [tcp, unix, syslog]) await sink.close();
      udp.close();
      await endLab(lab);
    });

    it("write to sockets of each kind, and a second plan is empty", async () => {
      expect((await trial.plan()).code).toBe(0);
      for (const sink of [tcp, unix, udp]) {
        expect(await eventually(() => sink.received.includes(`"path":"sys/auth/${mount}"`))).toBe(true);
        expect(sink.received).not.toContain(lab.rootToken());
        expect(sink.received).toMatch(/"client_token":"hmac-sha256:/);
      }
    });

    const itWithSyslog = syslogReason === undefined ? it : it.skip;
    itWithSyslog(`write to a syslog${syslogReason === undefined ? "" : `: ${syslogReason}`}`, async () => {
      expect(await eventually(() => syslog.received.includes(`"path":"sys/auth/${mount}"`))).toBe(true);
      // LOCAL0 is 16, and what Vault writes is informational, 6: https://www.rfc-editor.org/rfc/rfc3164#section-4.1.1
      expect(syslog.received).toMatch(/<134>.*leasehold\[\d+\]: \{/);
      expect(syslog.received).not.toContain(lab.rootToken());
    });

    it("let the server go on when one of them fails", async () => {
      await tcp.close();
      for (let each = 0; each < 5; each += 1) expect(await looked()).toBe("served");
      expect(await asked("sys/auth/audit-servers-one-failed")).toBe("served");
      for (const written of [() => readFileSync(file(), "utf8"), () => unix.received]) {
        expect(await eventually(() => written().includes("sys/auth/audit-servers-one-failed"))).toBe(true);
      }
      expect(tcp.received).not.toContain("sys/auth/audit-servers-one-failed");
    });

    it("have the server refuse everything, and do nothing, when all of them fail, until one is back", async () => {
      await tcp.open();
      await trial.deploy({ withFile: false, withUdp: false, withSyslog: false });
      await tcp.close();
      await unix.close();
      expect(await eventually(async () => (await looked()) !== "served")).toBe(true);
      expect(await looked()).toMatch(/Vault answered 500 \(.*(?:internal error|audit)/s);
      expect(await asked("sys/auth/audit-servers-all-failed")).toMatch(/Vault answered 500 \(/);
      await unix.open();
      expect(await eventually(async () => (await looked()) === "served")).toBe(true);
      expect(
        await lab.operator().read("sys/auth", z.object({ data: z.record(z.string(), z.unknown()) })),
      ).not.toHaveProperty(["data", "audit-servers-all-failed/"]);
      expect(await eventually(() => unix.received.includes('"path":"sys/mounts"'))).toBe(true);
    });

    it("go last, and leave none", async () => {
      await tcp.open();
      await trial.destroy();
      expect(Object.keys((await lab.operator().read("sys/audit", devicesAnswer)).data)).toEqual([]);
    });
  },
);

describeOn("openbao")(
  `audit devices of openbao's own configuration${missing.openbao === undefined ? "" : `: ${missing.openbao}`}`,
  () => {
    let lab: Lab;
    let trial: Trial<{ readonly document: string }>;
    const names = ["first", "second"] as const;
    const log = (name: string) => lab.folder.at("audit", `${name}.log`);

    beforeAll(async () => {
      lab = await startLab("openbao", (made, { path }) => {
        mkdirSync(made.folder.at("audit"));
        const configuration = made.folder.at("audit.hcl");
        const device = (name: string) =>
          `audit "file" "${name}" {\n  options {\n    file_path = "${made.folder.at("audit", `${name}.log`)}"\n  }\n}\n`;
        writeFileSync(configuration, `ui = true\n${names.map(device).join("")}`);
        // The server's own configuration in two files, the second of which declares the devices.
        const program = made.folder.at("bao-with-audit");
        writeFileSync(
          program,
          `#!/bin/sh\nexec ${JSON.stringify(path)} "$@" -config=${JSON.stringify(configuration)}\n`,
        );
        chmodSync(program, 0o755);
        return program;
      });
      const file = require.resolve("./declarations/server-audit");
      trial = new Trial(lab, file, declare, { document: "infrastructure/openbao/audit.hcl" }, {});
      await trial.deploy();
    });

    afterAll(async () => {
      await trial.cleanUp();
      await endLab(lab);
    });

    it("are there, and are nothing that the stack deploys", async () => {
      const devices = (await lab.operator().read("sys/audit", devicesAnswer)).data;
      expect(Object.keys(devices).sort()).toEqual(["first/", "second/"]);
      expect((await trial.plan()).code).toBe(0);
      const synthesised = readFileSync(`${trial.folder}/cdktf.out/stacks/${serverAudit}/cdk.tf.json`, "utf8");
      expect(synthesised).not.toContain('"vault_audit"');
    });

    it("answer the guardrail that asks for two, by where they are declared", () => {
      const text = readFileSync(`${trial.folder}/cdktf.out/stacks/${serverAudit}/guardrails.json`, "utf8");
      const { findings } = guardrailReport.parse(JSON.parse(text));
      expect(findings.filter(({ id }) => id === "LH-SYS-001").map(({ waived }) => waived)).toEqual([
        {
          by: "code",
          reason:
            "the server's own configuration declares first (infrastructure/openbao/audit.hcl), second (infrastructure/openbao/audit.hcl)",
        },
      ]);
    });

    it("saw the deployment, and write credentials down as HMACs and the named headers as they are", async () => {
      const operator = lab.operator();
      const body = {
        role_id: await operator.readRoleId(serverAudit, "ci"),
        secret_id: await operator.issueSecretId(serverAudit, "ci"),
      };
      const answer = await fetch(`${lab.address}/v1/auth/${serverAudit}/login`, {
        method: "POST",
        headers: { "X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.8", Cookie: "canary=of-a-cookie" },
        body: JSON.stringify(body),
      });
      const { auth } = loginAnswer.parse(await answer.json());
      for (const name of names) {
        const text = readFileSync(log(name), "utf8");
        expect(text).toContain(`"path":"sys/auth/${serverAudit}"`);
        for (const secret of [auth.client_token, body.secret_id, lab.rootToken(), "of-a-cookie"]) {
          expect(text).not.toContain(secret);
        }
        const [login] = text.split("\n").filter((line) => line.includes(`"path":"auth/${serverAudit}/login"`));
        expect(login).toMatch(/"x-forwarded-for":\["203\.0\.113\.7"\]/);
        expect(login).toMatch(/"x-real-ip":\["203\.0\.113\.8"\]/);
        expect(login).toMatch(/"cookie":\["hmac-sha256:/);
        expect(text).toMatch(/"client_token":"hmac-sha256:/);
      }
    });

    it("serve the user interface with the declared header", async () => {
      const { headers } = await fetch(`${lab.address}/ui/`);
      expect(headers.get("X-Frame-Options")).toBe("DENY");
    });

    it("stay when the environment goes", async () => {
      await trial.destroy();
      const devices = (await lab.operator().read("sys/audit", devicesAnswer)).data;
      expect(Object.keys(devices).sort()).toEqual(["first/", "second/"]);
      expect(readFileSync(log("first"), "utf8")).toMatch(/"operation":"delete".*"path":"sys\/auth\/server-audit"/);
    });
  },
);
