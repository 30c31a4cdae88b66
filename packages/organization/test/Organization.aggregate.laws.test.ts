import { aggregateLaws } from "@cim-domain/commands/testing/aggregateLaws"
import { Arbitrary } from "effect"
import { Organization } from "../src/Organization.ts"
import { walks } from "../src/testing/walks.ts"
import { aboutEvent, type PlainState } from "./aboutEvent.ts"

aggregateLaws(Organization, {
  runs: 20,
  walks: Arbitrary.map(walks, (walk) => walk.slice(0, 40)),
  never: ["OrganizationMerged"],
  // They carry a reason, and the name of a child: the same status, or a child that is there, is no change whatever they are.
  besides: ["OrganizationStatusChanged", "ChildOrganizationAdded"],
  about: (event, state) => aboutEvent(event, state as PlainState)
})
