import * as Rejection from "@cim-domain/commands/Rejection"
import { Schema } from "effect"

const id = Schema.String
const structure = "Invalid organizational structure:"

/**
 * Not answered by this version: what changes several organizations at once and what is asked about them comes later. Clients know
 * these errors already, so that they read the answers of that service.
 */
export const laterErrors = {
  ChildAlreadyLinked: Rejection.make(
    "ChildAlreadyLinked",
    "duplicate",
    { child: id, parent: id },
    (details) => `Duplicate entity: Organization ${details.child} is already a child of ${details.parent}`
  ),
  ParentNotAvailable: Rejection.make(
    "ParentNotAvailable",
    "state",
    { organization_id: id, status: Schema.NullOr(Schema.String) },
    (details) => `${structure} the parent organization ${details.organization_id} is not available`
  ),
  MergeCounterpartInvalid: Rejection.make(
    "MergeCounterpartInvalid",
    "state",
    { side: Schema.String, organization_id: id, why: Schema.String },
    (details) => `${structure} the ${details.side} organization ${details.organization_id} cannot merge, ${details.why}`
  ),
  HierarchyBusy: Rejection.make(
    "HierarchyBusy",
    "conflict",
    { attempts: Schema.Int },
    (details) => `Hierarchy busy: organizations changed during each of ${details.attempts} attempts`,
    { retryable: true }
  ),
  UnknownQueryType: Rejection.make(
    "UnknownQueryType",
    "validation",
    { query_type: Schema.String },
    (details) => `Unknown query type: ${details.query_type}`
  ),
  ReadModelBehind: Rejection.make(
    "ReadModelBehind",
    "unavailable",
    { wanted: Schema.Int, actual: Schema.Int },
    (details) => `Read model behind: it is at ${details.actual}, wanted ${details.wanted}`,
    { retryable: true }
  )
}
