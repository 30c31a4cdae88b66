import { assert, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { runHere } from "./runHere.ts"

const acme = "0198c0de-0000-7000-8000-000000000001"
const special = ["/", ",", "#", "?", "@", ":", "%", "+", "=", "[", "]", ".", " ", "://", "\\", "\"", "'", "4222"]
const around = Arbitrary.map(
  Arbitrary.schema(Schema.Array(Schema.Union([Schema.Literals(special), Schema.String]))),
  (parts) => parts.join("").replaceAll("\0", "")
)

/** Where somebody puts an address, or what belongs in a file, by mistake or with one in it. Nothing listens at port 1. */
const mistakes = (
  secret: string
): ReadonlyArray<readonly [args: ReadonlyArray<string>, env: Readonly<Record<string, string>>]> => {
  const address = `nats://user:${secret}@127.0.0.1:1`
  const show = ["show", acme, "--timeout", "1"]
  return [
    [[...show, "--server", `tls://user:${secret}@h*st`], {}],
    [[...show, "--server", `ws://h:99999/${secret}`], {}],
    [[...show, `--server=http://h?jwt=${secret}`], {}],
    [["--sever", address, ...show], {}],
    [[`--sever=${address}`, ...show], {}],
    [[address], {}],
    [["show", acme, address], {}],
    [["show", acme, "--timeout", address], {}],
    [show, { NATS_URL: `nats://user:${secret}@h,http://` }],
    [show, { NATS_URL: "nats://me:mine@127.0.0.1:1", NATS_TOKEN_FILE: secret }]
  ]
}

it.effect.prop(
  "an address or a secret that is out of place is not repeated",
  [around, around],
  ([before, after]) =>
    Effect.forEach(
      mistakes(`${before}S3CRET${after}`),
      ([args, env]) =>
        Effect.map(runHere(args, env), ({ code, err, out }) => {
          assert.notStrictEqual(code, 0)
          assert.notInclude(out + err, "S3CRET", args.join(" "))
        }),
      { discard: true }
    ),
  { arbitrary: { runs: 25 } }
)

it.live("neither is one that is refused while connecting", () =>
  Effect.gen(function*() {
    for (
      const [args, env] of [
        [["--server", "ws://127.0.0.1:1/S3CRET?jwt=S3CRET#S3CRET"], {}],
        [["--server", "nats://S3CRET:S3CRET@127.0.0.1:1"], {}],
        [["--server", "nats://127.0.0.1:1"], { NATS_TOKEN_FILE: "S3CRET" }],
        [["--server", "nats://127.0.0.1:1"], { NATS_TLS_KEY_FILE: "-----BEGIN PRIVATE KEY-----\nS3CRET" }]
      ] as const
    ) {
      const { code, err, out } = yield* runHere(["show", acme, "--timeout", "1", ...args], env)
      assert.notStrictEqual(code, 0)
      assert.match(err, /127\.0\.0\.1:1|NATS_(TOKEN|TLS_KEY)_FILE: the file that it names cannot be read/)
      assert.notInclude(out + err, "S3CRET")
    }
  }))
