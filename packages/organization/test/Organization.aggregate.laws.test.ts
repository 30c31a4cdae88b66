import { aggregateLaws } from "@cim-domain/commands/testing/aggregateLaws"
import { Arbitrary } from "effect"
import { Organization } from "../src/Organization.ts"
import { walks } from "../src/testing/walks.ts"

aggregateLaws(Organization, {
  runs: 20,
  walks: Arbitrary.map(walks, (walk) => walk.slice(0, 40)),
  never: ["OrganizationMerged"]
})
