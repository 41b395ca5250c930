/** Why nothing in a stack speaks TLS, for the places where that has to be said. */
export const stackReason =
  "the network is the stack's own, on one machine, and its ports lead to loopback alone: a dev stack has no authority to sign certificates";
