import { Config } from "effect"
import { Command, Flag } from "effect/cli"

/** `organization`: what all sub-commands share. */
export const organizationCommand = Command.make("organization").pipe(
  Command.withSharedFlags({
    server: Flag.String("server").pipe(
      Flag.withAlias("s"),
      Flag.withMetavar("URL"),
      Flag.withDescription(
        "Broker: nats://, tls://, ws:// or wss://, user:password@ and a comma list allowed. Else NATS_URL"
      ),
      Flag.withFallbackConfig(Config.String("NATS_URL")),
      Flag.withDefault("nats://localhost:4222")
    ),
    stream: Flag.String("stream").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("JetStream stream that show and tail read. Else STREAM_NAME"),
      Flag.withFallbackConfig(Config.String("STREAM_NAME")),
      Flag.withDefault("ORGANIZATION_EVENTS")
    ),
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
