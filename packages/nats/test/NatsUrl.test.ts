import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Redacted, Result, Schema } from "effect"
import { parse } from "../src/connection/NatsUrl.ts"

const parsed = (text: string) => Result.getOrThrow(parse(text))
const problems = (text: string) => Result.match(parse(text), { onSuccess: () => [], onFailure: (e) => e.problems })

describe("NatsUrl", () => {
  it("accepts every form of one server", () => {
    const forms = [
      ["localhost", "nats", "localhost:4222", "nats://localhost:4222"],
      ["broker.example.org:4333", "nats", "broker.example.org:4333", "nats://broker.example.org:4333"],
      ["nats://10.0.0.1", "nats", "10.0.0.1:4222", "nats://10.0.0.1:4222"],
      ["NATS://host/", "nats", "host:4222", "nats://host:4222"],
      ["tls://host:443", "tls", "host:443", "tls://host:443"],
      ["nats://[::1]:4223", "nats", "[::1]:4223", "nats://[::1]:4223"],
      ["[fe80::1]", "nats", "[fe80::1]:4222", "nats://[fe80::1]:4222"],
      ["ws://host", "ws", "ws://host:80", "ws://host:80"],
      ["wss://host/nats", "wss", "wss://host:443/nats", "wss://host:443"]
    ] as const
    for (const [text, scheme, server, redacted] of forms) {
      const url = parsed(text)
      assert.deepStrictEqual([url.scheme, url.servers, url.redacted], [scheme, [server], redacted], text)
      assert.isUndefined(url.credentials)
    }
  })

  it("accepts a list, with spaces", () => {
    assert.deepStrictEqual(parsed("nats://a, b:5222 ,nats://[::1]").servers, ["a:4222", "b:5222", "[::1]:4222"])
  })

  it("reads percent-encoded credentials and never shows them", () => {
    const url = parsed("tls://us%40er:p%3Aa%2Fss@host,tls://us%40er:p%3Aa%2Fss@other")
    assert.strictEqual(url.redacted, "tls://host:4222,tls://other:4222")
    const { credentials } = url
    assert.strictEqual(credentials?._tag === "UserPassword" ? credentials.user : "", "us@er")
    assert.strictEqual(credentials?._tag === "UserPassword" ? Redacted.value(credentials.password) : "", "p:a/ss")
    assert.notInclude(JSON.stringify(url), "p:a/ss")
    const token = parsed("nats://t0ken@host").credentials
    assert.strictEqual(token?._tag === "Token" ? Redacted.value(token.token) : "", "t0ken")
  })

  it("names every problem", () => {
    assert.lengthOf(problems("http://a:1,b:99999,,c d"), 4)
    assert.include(problems("nats://a,tls://b").join(), "nats, tls")
    assert.include(problems("nats://user:one@a,nats://user:two@b").join(), "different credentials")
    assert.include(problems("nats://50%:secret@a").join(), "percent-encoded")
    assert.include(problems("nats://").join(), "host")
    assert.include(problems("::1").join(), "brackets")
    assert.include(problems("nats://host/path").join(), "path")
    assert.include(problems("nats://host:0").join(), "port")
    assert.include(problems("").join(), "empty")
  })

  it("drops what stands behind the port from what is shown, and keeps it for connecting", () => {
    const url = parsed("wss://host/nats?token=s3cret,wss://other?token=s3cret#s3cret")
    assert.strictEqual(url.redacted, "wss://host:443,wss://other:443")
    assert.deepStrictEqual(url.servers, ["wss://host:443/nats?token=s3cret", "wss://other:443?token=s3cret#s3cret"])
  })

  it("says that a password which is not encoded has to be", () => {
    const secrets = ["se/cret+pw", "Pa,ssw0rd", "Pa#ssw0rd", "Pa?ssw0rd", "12/34", "12,34", "a://b", "x@y,z", "x@1/z"]
    for (const secret of secrets) {
      for (const text of [`nats://user:${secret}@h`, `ws://user:${secret}@h`, `${secret}@h`]) {
        assert.include(problems(text).join(), "percent-encoded", text)
      }
    }
    assert.isEmpty(problems("nats://user:Pa%2Fss@h"))
    assert.isEmpty(problems("nats://user:p@ss@h"))
    assert.isEmpty(problems("nats://user:pw@h,other"))
  })

  /** Which entry it is differs from text to text. */
  const unnumbered = (text: string) => text.replaceAll(/entry \d+/g, "entry")

  /** Everything that the problems say whatever the text is. */
  const wording = unnumbered(
    [
      "nats://a@h/p",
      "nats://a@h:0",
      "nats://a@",
      "nats://a@*",
      "x://a@h",
      "nats://a@h, ,h h",
      "nats://a@h,tls://a@h,ws://a@h,wss://a@h",
      "nats://a@h,nats://b@h",
      "tls://a@h/p,nats://h,nats://a@h",
      "h,a@h",
      "nats://%@h",
      "ws://h/@",
      "nats://@h"
    ].flatMap(problems).join("\n")
  )
  const special = ["/", ",", "#", "?", "@", ":", "%", "+", "&", "=", "[", "]", ".", " ", "\"", "'", "\\", "\n"]
  const pieces = [...special, ...special, "://", "nats://", "ws://", "Q", "Z", "X", "J", "0", "1", "4", "7", "12", "99"]
  const piece = Schema.Union([Schema.Literals(pieces), Schema.String])
  const secrets = Arbitrary.map(Arbitrary.schema(Schema.Array(piece)), (parts) => parts.join(""))

  it.prop(
    "no part of a secret is repeated, whatever characters are in it and wherever it stands",
    [secrets],
    ([secret]) => {
      const texts = [
        `nats://user:${secret}@h`,
        `tls://${secret}@h:4222`,
        `ws://user:${secret}@h/path`,
        `ws://h/${secret}`,
        `wss://h?jwt=${secret}`,
        `ws://h#${secret}`,
        `nats://h:${secret}`,
        `nats://h/${secret}`,
        `${secret}://h`,
        `nats://${secret}h*st`,
        `NATS://[${secret}]`,
        `user:${secret}@h`,
        `nats://user:${secret}@a,nats://user:${secret}@b:4223`,
        `nats://a,${secret}@b,http://c`,
        ` nats://user:${secret}@h , tls://h`
      ]
      const shown = texts.flatMap((text) =>
        Result.match(parse(text), {
          // What is taken for a host is shown, with a scheme and a port: that is what it is, for all that anybody can tell.
          onSuccess: ({ redacted, servers }) =>
            redacted.split(",").map((each, n) => {
              const host = /^(?:wss?:\/\/)?(\[[^\]]*\]|[^:/?#]*)/.exec(servers[n]!)![1]!
              return each.replace(`://${host}:`, ":").replace(/^(nats|tls|wss?):\d+$/, "")
            }),
          onFailure: ({ problems: found }) => found
        })
      ).map(unnumbered)
      return Array.from({ length: Math.max(0, secret.length - 2) }, (_, at) => secret.slice(at, at + 3))
        .every((part) => wording.includes(part) || !shown.some((text) => text.includes(part)))
    },
    { arbitrary: { runs: 1_000 } }
  )

  it.prop("any text is parsed or refused, and no secret is repeated", [Schema.String], ([text]) => {
    const secret = `S3CRET${encodeURIComponent(text.toWellFormed())}`
    const result = parse(`nats://user:${secret}@host,nats://user:${secret}@${encodeURIComponent(text.toWellFormed())}`)
    const shown = Result.match(result, { onSuccess: (url) => url.redacted, onFailure: (error) => error.message })
    return !shown.includes("S3CRET")
  })
})
