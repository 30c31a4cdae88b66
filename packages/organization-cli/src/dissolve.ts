import { Clock, DateTime, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { organizationFlags } from "./organizationFlags.ts"
import { commandFlags, submit } from "./submit.ts"

/** `organization dissolve ID`. */
export const dissolve = Command.make(
  "dissolve",
  {
    id: organizationFlags.id,
    reason: Flag.String("reason").pipe(Flag.withDescription("Why, up to 1000 characters")),
    effective: Flag.String("effective").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("Since when (RFC 3339); now when not given, never in the future"),
      Flag.optional
    ),
    ...commandFlags
  },
  Effect.fnUntraced(function*({ effective, id, reason, ...flags }) {
    const now = DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
    yield* submit("DissolveOrganization", {
      organization_id: id,
      reason,
      effective_date: Option.getOrElse(effective, () => now)
    }, flags)
  })
).pipe(
  Command.withDescription("Dissolve an organization. There is no way back"),
  Command.withExamples([
    { command: "organization dissolve 0198c0de-… --reason \"Voluntary winding-up\"", description: "As of now" }
  ])
)
