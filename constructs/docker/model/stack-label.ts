/** The label by which the engine knows what belongs to a dev stack; its value is the stack's name. */
export const stackLabel = "leasehold.stack";
