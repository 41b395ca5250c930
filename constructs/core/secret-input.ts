import { LeaseholdError } from "./errors";

const variablePattern = /^[a-z][a-z0-9_]*$/;

/**
 * A secret that a person or CI gives at deploy time, never a value in code.
 *
 * It names a Terraform variable: set `TF_VAR_<name>` before `cdktf deploy`. Where the provider has write-only arguments the
 * variable is ephemeral, so that neither the plan nor the state holds the value.
 *
 * @see https://developer.hashicorp.com/terraform/language/manage-sensitive-data/ephemeral
 */
export class SecretInput {
  private constructor(
    /** The variable's name. */
    readonly variableName: string,
    /** What the person who sets the variable should give. */
    readonly description: string,
  ) {}

  /**
   * A secret in the Terraform variable `name`.
   *
   * @throws LeaseholdError unless the name is lower-case letters, digits and `_`, beginning with a letter.
   */
  static variable(name: string, description = `Secret ${name}`): SecretInput {
    if (!variablePattern.test(name)) {
      throw new LeaseholdError(
        "SecretInput.variable",
        // Not repeated: whoever mistakes the parameter gives the secret itself.
        "the name given is not usable as TF_VAR_<name>",
        "use lower-case letters, digits and _, beginning with a letter",
      );
    }
    return new SecretInput(name, description);
  }

  /**
   * Refuses anything but a SecretInput, for callers whose types were not checked.
   *
   * @throws LeaseholdError that never repeats the value it was given.
   */
  static require(where: string, field: string, value: unknown): SecretInput {
    if (value instanceof SecretInput) return value;
    throw new LeaseholdError(
      where,
      `${field} is a secret and was given as a ${typeof value}`,
      `use SecretInput.variable("${field.replace(/\W+/g, "_").toLowerCase()}") and set the TF_VAR_ of that name when you deploy`,
    );
  }

  /** The environment variable that carries the value. */
  get environmentVariable(): string {
    return `TF_VAR_${this.variableName}`;
  }

  /** Printing shows where the value comes from, never a value. */
  toString(): string {
    return `<secret from ${this.environmentVariable}>`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
