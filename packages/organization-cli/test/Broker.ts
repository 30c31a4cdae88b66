import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { Context, Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"

const service = join(import.meta.dirname, "../../organization-service/src/main.ts")

/** Starts a replica and waits until it takes commands; it is gone when the scope closes. */
export const startReplica = (url: string, settings: Readonly<Record<string, string>> = {}) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const child = spawn(process.execPath, [service], {
        env: { PATH: process.env["PATH"], NATS_URL: url, ...settings }
      })
      let log = ""
      for await (const chunk of child.stdout) {
        log += String(chunk)
        if (log.includes("\"ready\"")) break
      }
      return child
    }),
    (child) =>
      Effect.promise(async () => {
        child.kill("SIGKILL")
        await once(child, "close")
      })
  )

/** A broker with a replica; the CLI reaches the service only through the broker. */
export class Broker extends Context.Service<Broker, { readonly url: string }>()(
  "@cim-domain/organization-cli/test/Broker"
) {
  static readonly layerWith = (settings: Readonly<Record<string, string>>) =>
    Layer.effect(
      Broker,
      Effect.gen(function*() {
        const { url } = yield* NatsServer.server()
        yield* startReplica(url, settings)
        return Broker.of({ url })
      })
    )
  static readonly layer = Broker.layerWith({})
  /** With a replica that saves a snapshot after every event. */
  static readonly layerSnapshots = Broker.layerWith({ SNAPSHOT_FREQ: "1" })
}
