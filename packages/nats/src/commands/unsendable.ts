import type { CommandToSend } from "@cim-domain/event-sourcing/CommandTransport"
import { isSubjectToken } from "../events/EventMessage.ts"

const headerNamePattern = /^[!-9;-~]+$/
const lineBreak = /[\r\n]/

/**
 * Why a command is no message, if so. A broker does not refuse all of that: it reads a blank in a subject as the end of it, and
 * what follows as where to answer.
 */
export const unsendable = ({ headers, subject }: Pick<CommandToSend, "headers" | "subject">): string | undefined => {
  if (!subject.split(".").every(isSubjectToken)) return `${JSON.stringify(subject)} is no subject`
  for (const name in headers) {
    if (!headerNamePattern.test(name)) return `${JSON.stringify(name)} is no name of a header`
    if (lineBreak.test(headers[name]!)) return `the value of header ${name} has more than one line`
  }
  return undefined
}
