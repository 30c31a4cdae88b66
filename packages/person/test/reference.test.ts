import { reference } from "@cim-domain/commands/reference/reference"
import { assert, describe, it } from "@effect/vitest"
import { readFileSync, writeFileSync } from "node:fs"
import { Person } from "../src/Person.ts"

const page = new URL("../../../docs/person.md", import.meta.url)

const person_id = { id: "0198c0de-0000-7000-8000-000000000001" }
const assignment_id = { id: "0198c0de-0000-7000-8000-000000000002" }
const organization_id = { id: "0198c0de-0000-7000-8000-000000000003" }
const role_id = { id: "0198c0de-0000-7000-8000-000000000004" }

const written = reference(Person, {
  commands: {
    RegisterPerson: {
      about: "Begins a person. The id may be chosen; otherwise it follows from the command id.",
      leadsTo: ["PersonRegistered"],
      example: { person_id, name: "Ada Lovelace" }
    },
    RenamePerson: {
      about: "Gives a person another name.",
      leadsTo: ["PersonRenamed"],
      example: { person_id, name: "Ada King" }
    },
    ChangeContact: {
      about: "Says how to reach a person from now on; what is left out is no way any more.",
      leadsTo: ["ContactChanged"],
      example: { person_id, email: "ada@example.org", phone: "+442071234567" }
    },
    AssignRole: {
      about: "A person holds a role in an organization from a day on.",
      leadsTo: ["RoleAssigned"],
      example: { person_id, assignment_id, organization_id, role_id, from: "2026-01-01" }
    },
    EndAssignment: {
      about: "A role is held until a day, that day included.",
      leadsTo: ["AssignmentEnded"],
      example: { person_id, assignment_id, until: "2026-02-28" }
    },
    MarkDeceased: {
      about: "Records a death. Roles end on that day, and no command is taken any more.",
      leadsTo: ["DeathRecorded"],
      example: { person_id, died_on: "2026-03-01" }
    }
  },
  advice: {
    PersonNotFound: "Check the id; register the person first.",
    PersonExists: "The person is there already: change it, or choose another id.",
    PersonDeceased: "Nothing: nobody changes after death.",
    AssignmentNotFound: "Check the id; it must belong to this person.",
    AssignmentExists: "Choose another id.",
    AssignmentOver: "Nothing: it has ended on another day.",
    RoleAlreadyHeld: "End the other assignment first, or begin after its last day.",
    DayOutOfRange: "Give a day from `min`, if there is one, to `max`, if there is one."
  },
  limits: { assignments: "Roles that one person has held." }
})

/** Cells without the blanks that the formatter aligns columns with. */
const plain = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/\|-+(?=\|)/g, "|-").trim()

/** `UPDATE_DOCS=1` writes the page anew instead of comparing it; `npm run docs` does that. */
describe("the reference of persons", () => {
  it("says what the definition says", () => {
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page, written.page)
    else assert.strictEqual(plain(readFileSync(page, "utf8")), plain(written.page), "run `npm run docs`")
  })
})
