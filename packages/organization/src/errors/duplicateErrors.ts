import * as Rejection from "@cim-domain/commands/Rejection"
import { Schema } from "effect"

const id = Schema.String

/** Something the command wants to be new exists already. */
export const duplicateErrors = {
  OrganizationAlreadyExists: Rejection.make(
    "OrganizationAlreadyExists",
    "duplicate",
    { organization_id: id, version: Schema.Int },
    (details) =>
      `Duplicate entity: Organization ${details.organization_id} already exists at version ${details.version}`
  ),
  EntityAlreadyExists: Rejection.make(
    "EntityAlreadyExists",
    "duplicate",
    { kind: Schema.String, id },
    (details) => `Duplicate entity: ${details.kind} ${details.id}`
  ),
  CodeAlreadyInUse: Rejection.make(
    "CodeAlreadyInUse",
    "duplicate",
    { kind: Schema.String, code: Schema.String, held_by: id },
    (details) => `Duplicate entity: ${details.kind} code ${details.code} is held by ${details.held_by}`
  )
}
