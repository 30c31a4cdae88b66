import type { SentCommand } from "../check/History.ts"

/** Short names for what has long ids. */
export interface Names {
  /** A text in which the ids of organizations and commands are their names. */
  readonly inText: (text: string) => string
}

/** Names organizations A, B, C, … and commands c1, c2, c3, … in the order in which they were first sent. */
export const makeNames = (commands: ReadonlyArray<SentCommand>): Names => {
  const names = new Map<string, string>()
  const inOrder = commands.toSorted((one, other) => (one.attempts[0]?.sentAt ?? 0) - (other.attempts[0]?.sentAt ?? 0))
  let [organizations, sent] = [0, 0]
  for (const { commandId, organizationId } of inOrder) {
    if (!names.has(organizationId)) names.set(organizationId, `organization ${letters(organizations++)}`)
    if (!names.has(commandId)) names.set(commandId, `c${++sent}`)
  }
  return {
    inText: (text) =>
      text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => names.get(id) ?? id)
  }
}

const letters = (number: number): string =>
  number < 26 ? String.fromCodePoint(65 + number) : letters(Math.floor(number / 26) - 1) + letters(number % 26)
