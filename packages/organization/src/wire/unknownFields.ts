import { commandSchemas, type CommandType } from "../OrganizationCommand.ts"
import { isJsonObject } from "./parseJson.ts"

const identityFields = new Set(["correlation_id", "causation_id", "message_id"])
const correlationFields = new Set(["kind", "value"])
/** The fields of objects that stand for one value: an id, or a choice with a label. */
const valueFields = new Set(["id", "value", "Other"])

/**
 * The paths of fields that a command of this type does not have. They are ignored, but whoever misspelt an optional field
 * wants to know. Free metadata has no unknown fields.
 */
export const unknownFields = (
  type: CommandType,
  command: { readonly [key: string]: unknown }
): ReadonlyArray<string> => {
  const { fields } = commandSchemas[type]
  const paths: Array<string> = []
  for (const key of Object.keys(command)) {
    const value = command[key]
    if (!Object.hasOwn(fields, key)) paths.push(key)
    else if (isJsonObject(value) && key !== "metadata") addUnknownWithin(paths, key, value)
  }
  return paths
}

const addUnknownWithin = (paths: Array<string>, key: string, value: { readonly [key: string]: unknown }): void => {
  if (key !== "identity") return addUnknown(paths, key, value, valueFields)
  const correlation = value["correlation_id"]
  addUnknown(paths, key, value, identityFields)
  if (isJsonObject(correlation)) addUnknown(paths, `${key}.correlation_id`, correlation, correlationFields)
}

const addUnknown = (
  paths: Array<string>,
  path: string,
  value: { readonly [key: string]: unknown },
  known: ReadonlySet<string>
): void => {
  for (const key of Object.keys(value)) {
    if (!known.has(key) && !(known === valueFields && isUnitVariant(value))) paths.push(`${path}.${key}`)
  }
}

const isUnitVariant = (value: { readonly [key: string]: unknown }): boolean => {
  const members = Object.values(value)
  return members.length === 1 && members[0] === null
}
