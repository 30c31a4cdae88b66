import { isJsonObject } from "./parseJson.ts"
import { fieldsBeside, noUnknownFields, type UnknownFields } from "./unknownFields.ts"

/** A command and what the envelope around it, if there is one, knows in addition. */
export interface Unwrapped {
  readonly command: { readonly [key: string]: unknown }
  /** Where the command stands in the message: empty, or `command` inside an envelope. */
  readonly path: "" | "command"
  readonly identity: unknown
  readonly messageId: unknown
  readonly issuedBy: unknown
  readonly unknownFields: UnknownFields
}

const known: ReadonlySet<string> = new Set(["id", "command", "issued_by", "identity"])

/** Takes a command out of `{"id", "command", "issued_by", "identity"}`; a bare command stays as it is. */
export const unwrapEnvelope = (message: { readonly [key: string]: unknown }): Unwrapped =>
  "command_type" in message || !isJsonObject(message["command"])
    ? { command: message, path: "", identity: null, messageId: null, issuedBy: null, unknownFields: noUnknownFields }
    : {
      command: message["command"],
      path: "command",
      identity: message["identity"],
      messageId: message["id"],
      issuedBy: message["issued_by"],
      unknownFields: fieldsBeside(known, message)
    }
