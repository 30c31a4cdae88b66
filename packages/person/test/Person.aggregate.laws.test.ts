import { aggregateLaws } from "@cim-domain/commands/testing/aggregateLaws"
import { among } from "@cim-domain/commands/testing/valueArbitraries"
import { Person } from "../src/Person.ts"

const aDay = among("1970-01-01", "2000-02-29", "2025-06-30")

/** The laws that hold for every definition, what events leave alone among them. */
aggregateLaws(Person, {
  runs: 40,
  fields: {
    from: aDay,
    until: aDay,
    died_on: aDay,
    email: among("ada@example.org", "zoe@example.org"),
    name: among("Ada", "Zoe")
  },
  about: (event, state) => {
    switch (event.event_type) {
      case "PersonRegistered":
        return ["status", "name"]
      case "PersonRenamed":
        return ["name"]
      case "ContactChanged":
        return ["email", "phone"]
      case "RoleAssigned":
        return [`assignments.${event.assignment_id}`]
      case "AssignmentEnded":
        return [`assignments.${event.assignment_id}.until`]
      case "DeathRecorded": {
        const held = state["assignments"] as ReadonlyArray<{ readonly assignment_id: string }>
        return ["status", ...held.map(({ assignment_id }) => `assignments.${assignment_id}.until`)]
      }
    }
  }
})
