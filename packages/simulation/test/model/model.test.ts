import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { deriveId } from "../../src/model/ids.ts"
import type { ModelLimits } from "../../src/model/Plan.ts"
import { onMemory } from "./ServiceInMemory.ts"
import { walk } from "./walk.ts"

const organization = "0198c0de-0000-7000-8000-000000000001"

it("ids are derived as in the examples of the specification", () => {
  const version7 = "0198c0de-1000-7000-8000-000000000001"
  expect(deriveId(version7, `event:${organization}`)).toBe("0198c0de-1000-78a3-b863-1f9acf73e14e")
  expect(deriveId(version7, "organization")).toBe("0198c0de-1000-728f-acf3-f5eb3003293c")
  expect(deriveId("6ba7b810-9dad-41d1-80b4-00c04fd430c8", `event:${organization}`)).toBe(
    "54cfa816-0b4d-8ae3-a22b-c98b4ad0cf74"
  )
})

/** Ends that have to be among those of the walks, or they went nowhere. */
const everywhere = [
  "AddChildOrganization no_change",
  "ChangeOrganizationStatus ReasonRequired",
  "CreateDepartment dry_run",
  "CreateDepartment RoleNotFound",
  "CreateFacility CodeAlreadyInUse",
  "CreateFacility EntityRetired",
  "CreateOrganization duplicate",
  "CreateRole CodeAlreadyInUse",
  "CreateRole TeamDepartmentMismatch",
  "CreateTeam IdempotencyConflict",
  "DeprecateRole EffectiveDateOutOfRange",
  "DeprecateRole RoleInUse",
  "DeprecateRole applied",
  "DisbandTeam applied",
  "DissolveDepartment DepartmentNotEmpty",
  "DissolveDepartment InvalidTransferTarget",
  "DissolveDepartment applied",
  "DissolveOrganization HasChildOrganizations",
  "MergeOrganizations CommandNotSupported",
  "RemoveFacility FacilityNotEmpty",
  "RemoveFacility applied",
  "RestructureDepartment CircularReference",
  "RestructureDepartment InvalidRestructure",
  "RestructureDepartment no_change",
  "UpdateFacility CircularReference",
  "UpdateOrganization MixedStatusUpdate",
  "UpdateOrganization OrganizationTerminal",
  "UpdateRole CircularReference",
  "UpdateTeam InvalidEntityStatus",
  "UpdateTeam VersionConflict",
  "UpdateTeam no_change"
]

describe("model and service agree on every answer, event and state of long walks of all commands", () => {
  const walks = (
    name: string,
    seeds: ReadonlyArray<number>,
    limits: Partial<ModelLimits>,
    ends: ReadonlyArray<string>
  ) =>
    it.live(name, () =>
      Effect.gen(function*() {
        const reports = yield* Effect.forEach(seeds, (seed) => onMemory(walk(seed, 700, limits)))
        expect(reports.flatMap(({ disagreements }) => disagreements)).toEqual([])
        const found = new Set(reports.flatMap(({ tally }) => [...tally.keys()]))
        expect(ends.filter((end) => !found.has(end))).toEqual([])
      }))

  walks("within the bounds that everybody has", Array.from({ length: 14 }, (_, index) => index + 1), {}, everywhere)
  walks(
    "within narrow bounds",
    Array.from({ length: 8 }, (_, index) => index + 101),
    { depth: 3, unitsPerKind: 5, children: 2 },
    ["Department", "Team", "Role", "Facility"].map((kind) => `Create${kind} LimitExceeded`)
  )
})
