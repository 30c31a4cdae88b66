import { decodeCommandMessage } from "@cim-domain/organization"
import { Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { type CommandLine, toSend } from "./CommandLine.ts"

/** What the service would ignore in a line with a warning, or `null`. Read here as it is read there. */
export const strictProblem = (line: CommandLine): string | null => {
  const id = SecureRandom.uuidV7Unsafe()
  const { body, headers, subject } = toSend(line, id)
  const read = decodeCommandMessage({
    subject,
    body: new TextEncoder().encode(body),
    header: (name) => headers[name]
  }, { acceptLegacySubjects: true, newId: () => id })
  const { warnings } = Result.merge(read)
  return warnings.length === 0 ? null : warnings.join("; ")
}
