import type { ReviewRule } from "./rule";
import { adminUserChanged } from "./rules/admin-user-changed";
import { allowedRolesAny } from "./rules/allowed-roles-any";
import { auditRemoved } from "./rules/audit-removed";
import { authMethodRemoved } from "./rules/auth-method-removed";
import { authorityRemoved } from "./rules/authority-removed";
import { authorityUnchanged } from "./rules/authority-unchanged";
import { awsEndpointChanged } from "./rules/aws-endpoint-changed";
import { awsRoleWidened } from "./rules/aws-role-widened";
import { browserOpened } from "./rules/browser-opened";
import { changedBeside } from "./rules/changed-beside";
import { connectionReplaced } from "./rules/connection-replaced";
import { destroyed } from "./rules/destroyed";
import { forgotten } from "./rules/forgotten";
import { groupWidened } from "./rules/group-widened";
import { kvHistoryShortened } from "./rules/kv-history-shortened";
import { kvSecretRemoved } from "./rules/kv-secret-removed";
import { knownLater } from "./rules/known-later";
import { limitLoosened } from "./rules/limit-loosened";
import { loginBoundsWidened } from "./rules/login-bounds-widened";
import { mountReplaced } from "./rules/mount-replaced";
import { passwordPolicyKept } from "./rules/password-policy-kept";
import { namespaceRemoved } from "./rules/namespace-removed";
import { passwordPolicyWeakened } from "./rules/password-policy-weakened";
import { passwordSentAgain } from "./rules/password-sent-again";
import { pkiSettingChanged } from "./rules/pki-setting-changed";
import { protectionLowered } from "./rules/protection-lowered";
import { replaced } from "./rules/replaced";
import { revocationRemoved } from "./rules/revocation-removed";
import { roleDatabaseChanged } from "./rules/role-database-changed";
import { roleReplaced } from "./rules/role-replaced";
import { routineRule } from "./rules/routine";
import { secretSent } from "./rules/secret-sent";
import { statementsChanged } from "./rules/statements-changed";
import { staticRoleReplaced } from "./rules/static-role-replaced";
import { transitKeyRemoved } from "./rules/transit-key-removed";
import { transitVersionsRaised } from "./rules/transit-versions-raised";
import { ttlWidened } from "./rules/ttl-widened";

/** What the review looks for, besides what policies allow. */
export const reviewRules: readonly ReviewRule[] = [
  mountReplaced,
  connectionReplaced,
  roleDatabaseChanged,
  adminUserChanged,
  revocationRemoved,
  passwordSentAgain,
  roleReplaced,
  staticRoleReplaced,
  auditRemoved,
  authMethodRemoved,
  authorityRemoved,
  kvSecretRemoved,
  transitKeyRemoved,
  namespaceRemoved,
  destroyed,
  replaced,
  kvHistoryShortened,
  transitVersionsRaised,
  allowedRolesAny,
  protectionLowered,
  passwordPolicyWeakened,
  passwordPolicyKept,
  loginBoundsWidened,
  awsEndpointChanged,
  awsRoleWidened,
  limitLoosened,
  browserOpened,
  knownLater,
  groupWidened,
  ttlWidened,
  authorityUnchanged,
  pkiSettingChanged,
  statementsChanged,
  secretSent,
  forgotten,
  changedBeside,
];

/** Labels of what the words for policies say. */
const policyLabels = [
  "policy-unknown",
  "policy-unreadable",
  "policy-refused",
  "policy-incomparable",
  "access-unknown",
  "access-widened",
  "access-narrowed",
  "access-same",
];

/** Every label that a finding can have. */
export const reviewLabels: readonly string[] = [...reviewRules.map(({ id }) => id), ...policyLabels, routineRule];
