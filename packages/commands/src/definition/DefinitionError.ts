/** A definition that cannot work: every reason, each naming the place. */
export class DefinitionError extends Error {
  readonly problems: ReadonlyArray<string>

  constructor(name: unknown, problems: ReadonlyArray<string>) {
    super(`the definition of ${shown(name)} cannot work:\n${problems.map((line) => `- ${line}`).join("\n")}`)
    this.name = "DefinitionError"
    this.problems = problems
  }
}

/** A value as a message of {@link DefinitionError} names it. */
export const shown = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
