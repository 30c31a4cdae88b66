import { Command, Flag } from "effect/cli"
import { setting } from "./setting.ts"

/** `organization`: what all sub-commands share. */
export const organizationCommand = Command.make("organization").pipe(
  Command.withSharedFlags({
    server: setting({
      flag: Flag.String("server").pipe(
        Flag.withAlias("s"),
        Flag.withMetavar("URL"),
        Flag.withDescription(
          "Broker: nats://, tls://, ws:// or wss://, user:password@ and a comma list allowed. Else NATS_URL"
        )
      ),
      option: "--server",
      variable: "NATS_URL",
      otherwise: "nats://localhost:4222"
    }),
    stream: setting({
      flag: Flag.String("stream").pipe(
        Flag.withMetavar("NAME"),
        Flag.withDescription("JetStream stream that show, chart and tail read. Else STREAM_NAME")
      ),
      option: "--stream",
      variable: "STREAM_NAME",
      otherwise: "ORGANIZATION_EVENTS"
    }),
    timeout: Flag.Int("timeout").pipe(
      Flag.withMetavar("SECONDS"),
      Flag.withDescription(
        "How long to wait for the broker, and to try each command until it is answered. 10 when not given"
      ),
      Flag.withDefault(10),
      Flag.filter(
        (seconds) => seconds >= 1 && seconds <= 300,
        () => "1 to 300 seconds"
      )
    )
  }),
  Command.withDescription("Create and change organizations, and look at them and their events")
)
