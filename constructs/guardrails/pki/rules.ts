import type { Guardrail } from "../guardrail";
import { anyName } from "./any-name";
import { certificateLife } from "./certificate-life";
import { certificateTtl } from "./certificate-ttl";
import { exportedKey } from "./exported-key";
import { freshCrl } from "./fresh-crl";
import { globDomains } from "./glob-domains";
import { keyInState } from "./key-in-state";
import { leasedCertificates } from "./leased-certificates";
import { openAcme } from "./open-acme";
import { revocationUrls } from "./revocation-urls";
import { rootIssues } from "./root-issues";
import { storedCertificates } from "./stored-certificates";
import { urlsOverTls } from "./urls-over-tls";
import { weakKey } from "./weak-key";
import { wildcardCertificates } from "./wildcard-certificates";

/** Guardrails on certificates and their authorities. */
export const pkiRules: readonly Guardrail[] = [
  anyName,
  certificateTtl,
  exportedKey,
  keyInState,
  rootIssues,
  weakKey,
  certificateLife,
  revocationUrls,
  urlsOverTls,
  globDomains,
  wildcardCertificates,
  storedCertificates,
  leasedCertificates,
  freshCrl,
  openAcme,
];
