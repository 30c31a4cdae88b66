import { notYet } from "./notYet.ts"
import type { Question } from "./Plan.ts"
import type { Refusal } from "./Refusal.ts"

/** A check that comes before the rules of any command: gives the refusal, or that there is nothing to say against it. */
type Guard = (question: Question) => Refusal | null | false

const terminal = ["Dissolved", "Merged"]

const exists: Guard = ({ asked, organization }) => {
  const isCreation = asked.row.allowedIn === null
  if (isCreation) {
    return organization.root !== null && {
      tag: "OrganizationAlreadyExists",
      details: { organization_id: organization.id, version: organization.version }
    }
  }
  return organization.root === null && { tag: "OrganizationNotFound", details: { organization_id: organization.id } }
}

const goesOn: Guard = ({ organization: { root } }) =>
  root !== null && terminal.includes(root["status"] as string) &&
  { tag: "OrganizationTerminal", details: { status: root["status"]! } }

const gate: Guard = ({ asked: { commandType, row }, organization: { root } }) =>
  root !== null && row.allowedIn !== null && !row.allowedIn.includes(root["status"] as string) && {
    tag: "CommandNotAllowedInStatus",
    details: { status: root["status"]!, command: commandType, allowed_in: row.allowedIn }
  }

const supported: Guard = ({ asked: { commandType } }) =>
  notYet.unsupported.includes(commandType) &&
  { tag: "CommandNotSupported", details: { command_type: commandType } }

const expectedVersion: Guard = ({ asked: { expectedVersion }, organization: { version } }) =>
  expectedVersion !== null && expectedVersion !== version &&
  { tag: "VersionConflict", details: { expected: expectedVersion, actual: version } }

/** In this order (5.3), after a repeated command was recognised. The first that objects is the answer. */
export const guards: ReadonlyArray<Guard> = [exists, goesOn, gate, expectedVersion, supported]
