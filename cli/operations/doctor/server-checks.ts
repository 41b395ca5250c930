import { connect } from "node:tls";
import { z } from "zod";
import { messageOf } from "../../../constructs/core/errors";
import type { VaultClient } from "../../vault-client";
import { type ClusterStatus, clusterProblems, type NodeStatus } from "../nodes";
import type { VaultPlace } from "../vault-place";
import type { Diagnosis } from "./diagnosis";

const day = 86_400_000;
/** Under these a certificate must be seen to; renewals that work leave 30 days and more. */
const certificateDays = { warning: 30, problem: 7 };
/** Over these, in milliseconds, tokens and database users end at other times than is meant. */
const clockMs = { warning: 2_000, problem: 30_000 };

/** Why a node can't be asked, with a remedy for the cause. */
export function reachability({ address, state, problem = "" }: NodeStatus): Diagnosis {
  const check = `${address} answers`;
  if (state !== "unreachable") return { check, verdict: "ok", finding: "yes" };
  return { check, verdict: "problem", finding: problem, remedy: remedyFor(problem) };
}

function remedyFor(problem: string): string {
  if (/ECONNREFUSED/.test(problem)) return "start the server, or mend the port";
  if (/ENOTFOUND|EAI_AGAIN/.test(problem)) return "mend the name, or the DNS of this machine";
  if (/ETIMEDOUT|timeout|aborted/i.test(problem))
    return "let this machine through the firewall, or see whether the server is overloaded";
  if (/expired/i.test(problem)) return "renew the certificate: docs/runbooks/expired-certificate.md";
  if (/self.signed|unable to (get|verify)/i.test(problem)) return "set VAULT_CACERT to the authority's certificate";
  if (/altnames|does not match/i.test(problem))
    return "use a name that the certificate has, or issue one with this name";
  return "check the address, and the server's log";
}

/** Until when the certificate is good; a plain address is one that others can listen to. */
export async function certificate(place: VaultPlace, now: number): Promise<Diagnosis> {
  const check = `TLS of ${place.address}`;
  if (!URL.canParse(place.address)) {
    const remedy = "give each node an api_addr that others reach it by";
    return { check, verdict: "problem", finding: "its node tells no address of its own", remedy };
  }
  const url = new URL(place.address);
  if (url.protocol === "http:") {
    const isOwn = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
    if (isOwn) return { check, verdict: "ok", finding: "none, on the machine's own loopback" };
    const finding = "there is none: tokens and passwords can be read on the way";
    return { check, verdict: "problem", finding, remedy: "give the listener a certificate, and use https://" };
  }
  const found = await peerCertificate(url, place.reach.ca);
  if (found instanceof Error)
    return { check, verdict: "problem", finding: messageOf(found), remedy: remedyFor(messageOf(found)) };
  const days = Math.floor((found.getTime() - now) / day);
  const finding =
    days < 0 ? `it ended on ${found.toISOString()}` : `it ends in ${days} days, on ${found.toISOString()}`;
  if (days >= certificateDays.warning) return { check, verdict: "ok", finding };
  const verdict = days < certificateDays.problem ? "problem" : "warning";
  return {
    check,
    verdict,
    finding,
    remedy: "renew the certificate and reload the server: docs/runbooks/expired-certificate.md",
  };
}

/** The end of a server's certificate, whether or not it is trusted; an error where there is no TLS. */
function peerCertificate(url: URL, ca: string | undefined): Promise<Date | Error> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const socket = connect(
      {
        host,
        port: Number(url.port || 443),
        ...(ca !== undefined && { ca }),
        ...(/^[\d.:]+$/.test(host) ? {} : { servername: host }),
        rejectUnauthorized: false, // an expired one is looked at too; requests themselves do reject it
        timeout: 5_000,
      },
      () => {
        const { valid_to: end } = socket.getPeerCertificate();
        socket.destroy();
        resolve(new Date(end));
      },
    );
    socket.on("timeout", () => socket.destroy(new Error("timeout")));
    socket.on("error", resolve);
  });
}

export function clock({ address, clockMs: found }: NodeStatus): Diagnosis[] {
  if (found === undefined) return [];
  const check = `clock of ${address}`;
  const seconds = (Math.abs(found) / 1000).toFixed(1);
  const finding = `${seconds} s ${found < 0 ? "behind" : "before"} this machine's`;
  if (Math.abs(found) <= clockMs.warning) return [{ check, verdict: "ok", finding: "within 2 s of this machine's" }];
  const verdict = Math.abs(found) > clockMs.problem ? "problem" : "warning";
  return [
    { check, verdict, finding, remedy: "have both machines keep time by NTP: leases and tokens end by the clock" },
  ];
}

export function seal({ address, state, seal: type, automatic, progress = 0, threshold = 0 }: NodeStatus): Diagnosis[] {
  const check = `seal of ${address}`;
  if (state === "unreachable") return [];
  if (state === "uninitialised") {
    return [
      {
        check,
        verdict: "problem",
        finding: "it is not initialised",
        remedy: "run leasehold vault init, or have it join its cluster",
      },
    ];
  }
  if (state !== "sealed") return [{ check, verdict: "ok", finding: `open, ${state}` }];
  if (automatic) {
    const finding = `sealed: its seal (${type}) has not opened it`;
    const remedy = "restart it: it opens by itself, or its log says why it does not reach its seal";
    return [{ check, verdict: "problem", finding, remedy }];
  }
  const finding = `sealed, ${progress} of ${threshold} key shares given`;
  return [{ check, verdict: "problem", finding, remedy: "run leasehold vault unseal: docs/runbooks/sealed-vault.md" }];
}

/** Whether the nodes are one cluster, and what it may lose. */
export function cluster(status: ClusterStatus): Diagnosis[] {
  const check = "cluster";
  const problems = clusterProblems(status).filter((each) => !/ is (sealed|unreachable|uninitialised)$/.test(each));
  const voters = (status.peers ?? []).filter(({ voter }) => voter).length;
  return [
    ...problems.map((finding): Diagnosis => ({
      check,
      verdict: "problem",
      finding,
      remedy: "see docs/runbooks/lost-quorum.md",
    })),
    ...(voters > 0 && voters < 3
      ? [
          {
            check,
            verdict: "warning" as const,
            finding: `raft has ${voters} ${voters === 1 ? "voter" : "voters"}: the loss of one stops it`,
            remedy: "run three or five nodes",
          },
        ]
      : voters >= 3
        ? [
            {
              check,
              verdict: "ok" as const,
              finding: `raft has ${voters} voters, of which ${Math.ceil(voters / 2) - 1} may fail`,
            },
          ]
        : []),
  ];
}

const auditAnswer = z.object({
  data: z.record(z.string(), z.object({ type: z.string(), options: z.looseObject({}).nullish() })),
});

/** A server whose every audit device fails answers nobody. */
export async function audit(vault: VaultClient): Promise<Diagnosis[]> {
  const check = "audit";
  const { data } = await vault.read("sys/audit", auditAnswer);
  const devices = Object.entries(data);
  const targets = new Set(
    devices.map(
      ([, { type, options }]) => `${type} ${JSON.stringify(options?.["file_path"] ?? options?.["address"] ?? "")}`,
    ),
  );
  const remedy = "declare two file devices on different disks: docs/audit.md";
  if (devices.length === 0)
    return [{ check, verdict: "problem", finding: "no device: nobody will know who read what", remedy }];
  if (targets.size < 2) {
    const finding =
      devices.length === 1 ? "one device: when it fails, the server answers nobody" : "all devices write to one place";
    return [{ check, verdict: "warning", finding, remedy }];
  }
  return [{ check, verdict: "ok", finding: `${devices.length} devices` }];
}
