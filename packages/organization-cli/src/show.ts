import { type OrganizationState, organizationStateCodec } from "@cim-domain/organization"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { depthFlag } from "./depthFlag.ts"
import { describeOrganization } from "./describeOrganization.ts"
import { fields } from "./fields.ts"
import { loadOrganization } from "./loadOrganization.ts"
import { print, printJson } from "./output/print.ts"

const toJson = (state: OrganizationState): unknown => JSON.parse(organizationStateCodec.encode(state))

/** `organization show ID`. */
export const show = Command.make(
  "show",
  {
    id: fields.organizationId,
    depth: depthFlag,
    retired: Flag.Boolean("retired").pipe(
      Flag.withDescription("Also what is dissolved, disbanded, deprecated or removed"),
      Flag.withDefault(false)
    ),
    ids: Flag.Boolean("ids").pipe(
      Flag.withDescription("Also the id of each unit, as other sub-commands take it"),
      Flag.withDefault(false)
    ),
    metadata: Flag.Boolean("metadata").pipe(
      Flag.withDescription("Also the free attributes of each unit"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the whole state as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function*({ id, json, ...options }) {
    const state = yield* loadOrganization(id)
    yield* json ? printJson(toJson(state), 2) : print(describeOrganization(state, options))
  })
).pipe(
  Command.withDescription("Show an organization and its units as its events have made them"),
  Command.withExamples([
    { command: "organization show 0198c0de-…", description: "For people" },
    { command: "organization show 0198c0de-… --depth 1", description: "Only what stands at the top" },
    { command: "organization show 0198c0de-… --metadata", description: "With what else is known about each unit" },
    { command: "organization show 0198c0de-… --json", description: "For programs" }
  ])
)
