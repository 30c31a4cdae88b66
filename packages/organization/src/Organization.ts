import * as Aggregate from "@cim-domain/commands/Aggregate"
import { decide, gate } from "./decide.ts"
import { evolve } from "./evolve.ts"
import { OrganizationId } from "./Identifiers.ts"
import { defaultLimits } from "./limits/Limits.ts"
import { memoryOf } from "./limits/memoryOf.ts"
import { commandTable } from "./OrganizationCommand.ts"
import { domainErrors } from "./OrganizationError.ts"
import { eventTable } from "./OrganizationEvent.ts"
import { noFacts } from "./OrganizationState.ts"
import { storedState } from "./storedState.ts"

/** The organization as one value: everything that is said on the wire, decided and kept follows from it. */
export const Organization = Aggregate.make({
  name: "organization",
  id: OrganizationId,
  commands: commandTable,
  events: eventTable,
  schemaVersion: 2,
  errors: domainErrors,
  state: storedState,
  initial: noFacts,
  evolveVersion: 4,
  limits: defaultLimits,
  sizeOf: memoryOf,
  legacyTokens: {
    create: "CreateOrganization",
    update: "UpdateOrganization",
    dissolve: "DissolveOrganization",
    merge: "MergeOrganizations",
    change_status: "ChangeOrganizationStatus"
  },
  gate,
  decide,
  evolve
})
