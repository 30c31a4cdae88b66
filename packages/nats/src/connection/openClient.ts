import { TimeoutError, wsconnect } from "@nats-io/nats-core"
import {
  type Authenticator,
  connect,
  type ConnectionOptions,
  credsAuthenticator,
  type NatsConnection as Client,
  nkeyAuthenticator,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator
} from "@nats-io/transport-node"
import { Effect, Redacted } from "effect"
import { isHangUp, textOf } from "./connectFailure.ts"
import { hearRefusal } from "./hearRefusal.ts"
import { AuthenticationRefused, fromConnect, NatsError, TlsRefused, Unreachable } from "./NatsError.ts"
import type { NatsUrl, NatsUrlCredentials } from "./NatsUrl.ts"
import { readSecretFile, readSecretLine, type SecretFileError } from "./SecretFile.ts"

/** Files that hold secrets and certificates. They are read again at each attempt to connect. */
export interface CredentialFiles {
  readonly credsFile?: string | undefined
  readonly nkeyFile?: string | undefined
  readonly userFile?: string | undefined
  readonly passwordFile?: string | undefined
  readonly tokenFile?: string | undefined
  readonly tlsCaFile?: string | undefined
  readonly tlsCertFile?: string | undefined
  readonly tlsKeyFile?: string | undefined
}

/** Longest time for one attempt to connect to one server. */
const dialTimeoutMillis = 5_000

const refused = (what: string) => ({ problem }: SecretFileError) =>
  new NatsError({ reason: new AuthenticationRefused({ detail: `the file with ${what}: ${problem}` }) })

const usable = (authenticator: Authenticator, path: string): Effect.Effect<Authenticator, NatsError> =>
  Effect.try({
    // The client closes the connection for good when an authenticator throws, so it is tried beforehand.
    try: () => {
      authenticator("nonce")
      return authenticator
    },
    catch: () => new NatsError({ reason: new AuthenticationRefused({ detail: `${path} holds no usable credentials` }) })
  })

const authenticators = Effect.fnUntraced(
  function*(files: CredentialFiles, credentials: NatsUrlCredentials | undefined) {
    const all: Array<Authenticator> = []
    if (files.credsFile !== undefined) {
      const creds = yield* Effect.mapError(readSecretFile(files.credsFile), refused("credentials"))
      all.push(yield* usable(credsAuthenticator(creds), files.credsFile))
    }
    if (files.nkeyFile !== undefined) {
      const seed = yield* Effect.mapError(readSecretLine(files.nkeyFile), refused("an nkey"))
      all.push(yield* usable(nkeyAuthenticator(new TextEncoder().encode(seed.trim())), files.nkeyFile))
    }
    if (files.tokenFile !== undefined) {
      all.push(tokenAuthenticator(yield* Effect.mapError(readSecretLine(files.tokenFile), refused("a token"))))
    }
    if (files.userFile !== undefined && files.passwordFile !== undefined) {
      const user = yield* Effect.mapError(readSecretLine(files.userFile), refused("a user"))
      const password = yield* Effect.mapError(readSecretLine(files.passwordFile), refused("a password"))
      all.push(usernamePasswordAuthenticator(user, password))
    }
    if (credentials?._tag === "UserPassword") {
      all.push(usernamePasswordAuthenticator(credentials.user, Redacted.value(credentials.password)))
    }
    if (credentials?._tag === "Token") all.push(tokenAuthenticator(Redacted.value(credentials.token)))
    return all
  }
)

const tlsOptions = Effect.fnUntraced(function*(url: NatsUrl, files: CredentialFiles) {
  // The client would read the files, too, and say what it was given when it cannot.
  const read = (path: string | undefined, what: string) =>
    path === undefined ? Effect.undefined : Effect.map(
      Effect.mapError(readSecretFile(path), ({ problem }) =>
        new NatsError({ reason: new TlsRefused({ detail: `the file with ${what}: ${problem}` }) })),
      (bytes) =>
        new TextDecoder().decode(bytes)
    )
  const ca = yield* read(files.tlsCaFile, "authorities")
  const cert = yield* read(files.tlsCertFile, "a certificate")
  const key = yield* read(files.tlsKeyFile, "a private key")
  const tls: TlsOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key })
  }
  // An object, even an empty one, makes the client refuse a server without TLS.
  return url.scheme === "tls" || Object.keys(tls).length > 0 ? tls : undefined
})

/** Which side begins: the broker with a greeting in clear, or the client with TLS (the broker's `handshake_first`). Found out by trying. */
export interface Handshake {
  first: boolean
}

/** The broker says nothing, and hangs up or not: it may wait for TLS. */
const isSilence = (error: unknown): boolean => isHangUp(error) || error instanceof TimeoutError

/** The broker speaks in clear where TLS was to begin. */
const isTlsMisfit = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_SSL_WRONG_VERSION_NUMBER"

/** Who connects in clear to a broker that wants TLS first hears nothing. */
const withHint = (error: NatsError, thrown: unknown, { scheme }: NatsUrl): NatsError =>
  scheme === "nats" && isSilence(thrown)
    ? new NatsError({
      reason: new Unreachable({
        detail: `${textOf(thrown)} without a greeting; if it wants TLS first, it is a tls:// address`
      })
    })
    : error

/**
 * Opens one client connection to the first server that takes it, and remembers in `handshake` how it wants to begin. The client does not reconnect by itself: its own loop
 * hides why a server refuses, reads no file again and parks what is published meanwhile.
 */
export const openClient = Effect.fnUntraced(function*(
  url: NatsUrl,
  files: CredentialFiles,
  name: string,
  pingIntervalMillis: number,
  handshake: Handshake
) {
  const authenticator = yield* authenticators(files, url.credentials)
  const webSocket = url.scheme === "ws" || url.scheme === "wss"
  const tls = yield* tlsOptions(url, files)
  if (webSocket && tls !== undefined) {
    const detail = "a WebSocket takes no certificate files; for wss:// set NODE_EXTRA_CA_CERTS"
    return yield* new NatsError({ reason: new TlsRefused({ detail }) })
  }
  const options: ConnectionOptions = {
    servers: [...url.servers],
    name,
    authenticator,
    ...(tls === undefined ? {} : { tls }),
    reconnect: false,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    timeout: dialTimeoutMillis,
    pingInterval: pingIntervalMillis,
    noAsyncTraces: true
  }
  const dial = (handshakeFirst: boolean) =>
    Effect.callback<Client, unknown>((resume) => {
      let wanted = true
      const all = handshakeFirst ? { ...options, tls: { ...tls, handshakeFirst: true } } : options
      const connecting = webSocket ? wsconnect(all) : connect(all)
      connecting.then(
        (opened) => wanted ? resume(Effect.succeed(opened)) : void opened.close(),
        (error) => resume(Effect.fail(error))
      )
      return Effect.sync(() => {
        wanted = false
      })
    })
  const { first } = handshake
  const client = yield* dial(first).pipe(
    Effect.catchIf(
      // Nothing says beforehand which of the two a broker wants. It hangs up or waits when it has to begin.
      (error) => tls !== undefined && !webSocket && (first ? isTlsMisfit(error) : isSilence(error)),
      (error) =>
        Effect.mapError(dial(!first), (other) => isTlsMisfit(other) || isSilence(other) ? error : other).pipe(
          Effect.tap(() =>
            Effect.sync(() => {
              handshake.first = !first
            })
          )
        )
    ),
    Effect.catch((error) =>
      Effect.flatMap(
        isHangUp(error) && !webSocket ? hearRefusal(url.servers) : Effect.undefined,
        (words) =>
          Effect.fail(words === undefined ? withHint(fromConnect(error), error, url) : fromConnect(new Error(words)))
      )
    )
  )
  if (url.scheme === "tls" && client.info?.tls_required !== true && client.info?.tls_available !== true) {
    yield* Effect.promise(() => client.close())
    return yield* new NatsError({ reason: new TlsRefused({ detail: "the server speaks no TLS" }) })
  }
  return client
})
