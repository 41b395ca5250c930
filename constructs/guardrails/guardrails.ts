import { authRules } from "./auth/rules";
import { awsRules } from "./aws/rules";
import { databaseRules } from "./database/rules";
import type { Guardrail } from "./guardrail";
import { kvRules } from "./kv/rules";
import { namespaceRules } from "./namespaces/rules";
import { pkiRules } from "./pki/rules";
import { policyGuardrails } from "./policies/rules";
import { sqlRules } from "./sql/rules";
import { systemRules } from "./system/rules";
import { transitRules } from "./transit/rules";

/** All guardrails, room by room, in the order of their ids. */
export const guardrails: readonly Guardrail[] = [
  ...databaseRules,
  ...sqlRules,
  ...policyGuardrails,
  ...authRules,
  ...systemRules,
  ...pkiRules,
  ...transitRules,
  ...awsRules,
  ...kvRules,
  ...namespaceRules,
];
