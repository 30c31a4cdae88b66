import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { commandTable, type CommandType, type OrganizationCommand } from "../OrganizationCommand.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { type Choose, drawsFrom } from "./drawsFrom.ts"
import { fieldsOf } from "./nextFields.ts"

/** How often each command comes: mostly those that build, seldom those that end everything. */
const weights: Readonly<Record<CommandType, number>> = {
  CreateOrganization: 1,
  UpdateOrganization: 6,
  DissolveOrganization: 1,
  MergeOrganizations: 1,
  ChangeOrganizationStatus: 4,
  CreateDepartment: 28,
  UpdateDepartment: 14,
  RestructureDepartment: 18,
  DissolveDepartment: 10,
  CreateTeam: 18,
  UpdateTeam: 18,
  DisbandTeam: 8,
  CreateRole: 36,
  UpdateRole: 24,
  DeprecateRole: 14,
  CreateFacility: 18,
  UpdateFacility: 16,
  RemoveFacility: 8,
  AddChildOrganization: 6,
  RemoveChildOrganization: 4
}

const lottery = (Object.entries(weights) as ReadonlyArray<readonly [CommandType, number]>)
  .flatMap(([type, weight]) => Array.from({ length: weight }, () => type))

/**
 * The next command of a walk: mostly one that fits what is there, about units that exist and under codes that are free,
 * and now and then one about retired, unknown or wrong things. `number` is different for each step and makes new ids.
 */
export const nextCommand = (
  state: OrganizationState,
  choose: Choose,
  number: number,
  type: CommandType = lottery[choose(lottery.length)]!
): OrganizationCommand => {
  const fields = fieldsOf(drawsFrom(state, choose, number))[type]()
  const { fields: defined, options } = commandTable[type]
  const optional: ReadonlyArray<string> = "clear" in defined ? defined.clear.to.value.literals : []
  const clear = optional.filter((field) => fields[field] === null && choose(6) === 0)
  return {
    command_type: type,
    identity: {
      correlation_id: { kind: choose(2) === 0 ? "Single" : "Transaction", value: uuidOf(300_000 + number) },
      causation_id: uuidOf(400_000 + number),
      message_id: uuidOf(100_000 + number)
    },
    ...fields,
    [options.addressee ?? "organization_id"]: state.id,
    ...(optional.length === 0 ? {} : { clear }),
    issued_by: null,
    expected_version: choose(40) === 0 ? choose(20) : null
  } as unknown as OrganizationCommand
}
