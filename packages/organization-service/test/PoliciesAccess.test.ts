import { makeJwtAuthority } from "@cim-domain/nats/test/JwtAuthority"
import { TestCertificates } from "@cim-domain/nats/test/TestCertificates"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { temporaryFolder } from "@cim-domain/nats/testing/temporaryFolder"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { creation, newId } from "./messages.ts"
import { makeRequester } from "./Requester.ts"
import { serving } from "./ServingReplica.ts"

/** Who a replica is to its broker, and whom it trusts. */

const stops = Effect.fnUntraced(function*(replica: Effect.Success<ReturnType<typeof startReplica>>) {
  assert.strictEqual(yield* replica.stop, 0)
})

describe("policies of access", () => {
  it.live(
    "credentials that are renewed while running are taken up without a restart and without a gap that anybody fails by",
    () =>
      Effect.gen(function*() {
        const authority = yield* makeJwtAuthority()
        const broker = yield* NatsServer.server({ config: authority.config })
        const path = yield* temporaryFolder
        const [own, others] = [join(path, "replica.creds"), join(path, "requester.creds")]
        const renew = (file: string, seconds: number) =>
          Effect.flatMap(authority.credentials(seconds), (text) => Effect.promise(() => writeFile(file, text)))
        yield* renew(others, 600)
        yield* Effect.promise(() => writeFile(own, "to come"))
        const replica = yield* startReplica({ NATS_URL: broker.url, NATS_CREDS_FILE: own })
        yield* replica.says("holds no usable credentials")
        yield* renew(own, 4)
        yield* replica.logged("ready")
        yield* renew(own, 600)
        const requester = yield* makeRequester(broker.url, { credsFile: others })
        const ids: Array<string> = []
        while (replica.times("connected to") < 2) {
          const id = newId()
          assert.include(["applied", "duplicate"], (yield* requester.settle(creation(id))).outcome)
          ids.push(id)
        }
        // Each of the three connections expires by itself, and may be back before the next one does.
        const losses = replica.times("lost the connection to n1: User Authentication Expired")
        assert.isTrue(losses >= 1 && losses <= 3, `${losses} losses`)
        assert.strictEqual((yield* requester.settle(creation(newId()))).outcome, "applied")
        for (const id of [ids.at(0)!, ids.at(-1)!]) assert.lengthOf(yield* requester.typesOf(id), 1)
      }),
    { timeout: 60_000 }
  )

  it.live(
    "a broker with a private authority that wants client certificates is served over TLS; without TLS nothing is said to it",
    () =>
      Effect.gen(function*() {
        const { ca, client, clientKey, server: cert_file, serverKey: key_file } = TestCertificates
        const demanding = yield* NatsServer.server({
          config: `tls { cert_file: "${cert_file}", key_file: "${key_file}", ca_file: "${ca}", verify: true }`
        })
        const plain = yield* NatsServer.server({ config: "authorization { user: me, password: secret }" })
        const files = { NATS_TLS_CA_FILE: ca, NATS_TLS_CERT_FILE: client, NATS_TLS_KEY_FILE: clientKey }
        const [replica, nameless, misled] = yield* Effect.all([
          serving({ NATS_URL: `tls://127.0.0.1:${demanding.clientPort}`, ...files }),
          startReplica({ NATS_URL: `tls://127.0.0.1:${demanding.clientPort}`, NATS_TLS_CA_FILE: ca }),
          startReplica({ NATS_URL: `tls://me:secret@127.0.0.1:${plain.clientPort}` })
        ], { concurrency: 3 })
        yield* nameless.says("certificate required")
        yield* misled.says("TLS refused")
        const severe = [nameless, misled].map((each) => each.log().filter(({ level }) => level === "ERROR").length)
        assert.deepStrictEqual(severe, [1, 1])
        assert.notInclude(yield* plain.log, "authentication", "no credentials were sent in clear")
        yield* Effect.forEach([replica, nameless, misled], stops, { concurrency: 3 })
      }),
    { timeout: 60_000 }
  )

  it.live(
    "a wrong password is an error in the log once, and the replica serves as soon as it is right",
    () =>
      Effect.gen(function*() {
        const passwordIs = (password: string) => `authorization { user: me, password: ${password} }`
        const broker = yield* NatsServer.server({ config: passwordIs("another") })
        const replica = yield* startReplica({ NATS_URL: broker.url.replace("//", "//me:s3cret@") })
        yield* replica.says("authentication refused")
        const attempts = Effect.map(broker.log, (log) => log.split("authentication error").length - 1)
        while ((yield* attempts) < 4) yield* Effect.yieldNow
        yield* broker.reload(passwordIs("s3cret"))
        yield* replica.logged("ready")
        const errors = replica.log().filter(({ level }) => level === "ERROR")
        assert.lengthOf(errors, 1, JSON.stringify(errors))
        assert.notInclude(JSON.stringify(replica.log()), "s3cret")
        yield* stops(replica)
      }),
    { timeout: 60_000 }
  )
})
