import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { CommandType } from "@cim-domain/organization"
import { composeCommand } from "@cim-domain/simulation/requests/composeCommand"
import { createHash, randomBytes, randomFillSync } from "node:crypto"
import type { LoadCommand } from "./Requesters.ts"

const commandOf = (
  organizationId: string,
  type: CommandType,
  fields: Readonly<Record<string, unknown>>,
  commandId = uuidV7(Date.now(), randomBytes(10))
): LoadCommand => ({ ...composeCommand(type, organizationId, commandId, fields), isSmall: true })

/** Makes an organization. */
export const createOrganization = (id: string): LoadCommand =>
  commandOf(id, "CreateOrganization", { name: "Load", organization_type: "LLC" })

/** Changes an organization a little. */
export const update = (id: string, commandId: string, n: number): LoadCommand =>
  commandOf(id, "UpdateOrganization", { description: `Load ${n}` }, commandId)

/** Adds a role of a hundred kilobytes and more; the first ones have ids that are known. */
export const createRole = (organizationId: string, n: number): LoadCommand =>
  commandOf(organizationId, "CreateRole", {
    role_id: roleId(organizationId, n),
    title: `Role ${n}`,
    code: `R-${n}`,
    role_type: "Technical",
    ...longTexts(n)
  })

/** Changes a large organization without letting it grow: a large role, by all its texts or by one; the rest; or nothing. */
export const fatUpdate = (id: string, commandId: string, n: number): LoadCommand => {
  const fields = n % 16 < 4 ? longTexts(n % 8) : n % 16 < 8 ? { title: `Role ${n % 10}` } : undefined
  const change = fields === undefined
    ? commandOf(id, "UpdateOrganization", { name: n % 16 < 12 ? "Load" : `Loa${n % 10}` }, commandId)
    : commandOf(id, "UpdateRole", { role_id: roleId(id, n % 8), ...fields }, commandId)
  return { ...change, isSmall: false }
}

/**
 * Texts that do not compress well, and are others each time: as many as fit into a command, of letters, of ideographs, or of
 * characters that JSON has to escape.
 */
const longTexts = (n: number) => {
  const noise = noises[n % noises.length]!
  return {
    description: noise(4_000),
    responsibilities: Array.from({ length: n % 3 === 1 ? 150 : 200 }, () => noise(500))
  }
}

const noises: ReadonlyArray<(length: number) => string> = [
  (length) => randomBytes(length * 3 / 4).toString("base64"),
  (length) => String.fromCharCode(...randomFillSync(new Uint16Array(length)).map((n) => 0x4E00 + n % 20_000)),
  (length) =>
    Array.from(randomBytes(length - 2), (byte) => byte % 8 === 0 ? "a" : "\"\\"[byte % 2]).join("").padStart(
      length - 1,
      "b"
    ).padEnd(length, "c")
]

const roleId = (organizationId: string, n: number): string => {
  const hex = createHash("sha256").update(`${organizationId} ${n}`).digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
