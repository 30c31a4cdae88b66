import { wsconnect } from "@nats-io/nats-core"
import {
  type Authenticator,
  connect,
  type ConnectionOptions,
  credsAuthenticator,
  type NatsConnection as Client,
  nkeyAuthenticator,
  type TlsOptions
} from "@nats-io/transport-node"
import { Effect, Redacted } from "effect"
import { readFile } from "node:fs/promises"
import { AuthenticationRefused, fromConnect, NatsError, TlsRefused } from "../NatsError.ts"
import type { NatsUrl } from "../NatsUrl.ts"

/** Files that hold secrets and certificates. They are read again at each attempt to connect. */
export interface CredentialFiles {
  readonly credsFile?: string | undefined
  readonly nkeyFile?: string | undefined
  readonly tlsCaFile?: string | undefined
  readonly tlsCertFile?: string | undefined
  readonly tlsKeyFile?: string | undefined
}

/** Longest time for one attempt to connect to one server. */
const dialTimeoutMillis = 5_000

const readSecret = (path: string): Effect.Effect<Uint8Array, NatsError> =>
  Effect.tryPromise({
    try: () => readFile(path),
    catch: (cause) =>
      new NatsError({
        reason: new AuthenticationRefused({
          detail: `cannot read the credential file ${path}: ${cause instanceof Error ? cause.message : String(cause)}`
        })
      })
  })

const usable = (authenticator: Authenticator, path: string): Effect.Effect<Authenticator, NatsError> =>
  Effect.try({
    // The client closes the connection for good when an authenticator throws, so it is tried beforehand.
    try: () => {
      authenticator("nonce")
      return authenticator
    },
    catch: () => new NatsError({ reason: new AuthenticationRefused({ detail: `${path} holds no usable credentials` }) })
  })

const authenticators = Effect.fnUntraced(function*(files: CredentialFiles) {
  const all: Array<Authenticator> = []
  if (files.credsFile !== undefined) {
    const creds = yield* readSecret(files.credsFile)
    all.push(yield* usable(credsAuthenticator(creds), files.credsFile))
  }
  if (files.nkeyFile !== undefined) {
    const seed = new TextEncoder().encode(new TextDecoder().decode(yield* readSecret(files.nkeyFile)).trim())
    all.push(yield* usable(nkeyAuthenticator(seed), files.nkeyFile))
  }
  return all
})

const tlsOptions = (url: NatsUrl, files: CredentialFiles): TlsOptions | undefined => {
  const tls: TlsOptions = {
    ...(files.tlsCaFile === undefined ? {} : { caFile: files.tlsCaFile }),
    ...(files.tlsCertFile === undefined ? {} : { certFile: files.tlsCertFile }),
    ...(files.tlsKeyFile === undefined ? {} : { keyFile: files.tlsKeyFile })
  }
  // An object, even an empty one, makes the client refuse a server without TLS.
  return url.scheme === "tls" || Object.keys(tls).length > 0 ? tls : undefined
}

/**
 * Opens one client connection to the first server that takes it. The client does not reconnect by itself: its own loop
 * hides why a server refuses, reads no file again and parks what is published meanwhile.
 */
export const openClient = Effect.fnUntraced(function*(
  url: NatsUrl,
  files: CredentialFiles,
  name: string,
  pingIntervalMillis: number
) {
  const authenticator = yield* authenticators(files)
  const webSocket = url.scheme === "ws" || url.scheme === "wss"
  const tls = tlsOptions(url, files)
  if (webSocket && tls !== undefined) {
    const detail = "a WebSocket takes no certificate files; for wss:// set NODE_EXTRA_CA_CERTS"
    return yield* new NatsError({ reason: new TlsRefused({ detail }) })
  }
  const credentials = url.credentials
  const options: ConnectionOptions = {
    servers: [...url.servers],
    name,
    authenticator,
    ...(credentials?._tag === "UserPassword"
      ? { user: credentials.user, pass: Redacted.value(credentials.password) }
      : {}),
    ...(credentials?._tag === "Token" ? { token: Redacted.value(credentials.token) } : {}),
    ...(tls === undefined ? {} : { tls }),
    reconnect: false,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    timeout: dialTimeoutMillis,
    pingInterval: pingIntervalMillis,
    noAsyncTraces: true
  }
  const client = yield* Effect.callback<Client, NatsError>((resume) => {
    let wanted = true
    const connecting = webSocket ? wsconnect(options) : connect(options)
    connecting.then(
      (opened) => wanted ? resume(Effect.succeed(opened)) : void opened.close(),
      (error) => resume(Effect.fail(fromConnect(error)))
    )
    return Effect.sync(() => {
      wanted = false
    })
  })
  if (url.scheme === "tls" && client.info?.tls_required !== true && client.info?.tls_available !== true) {
    yield* Effect.promise(() => client.close())
    return yield* new NatsError({ reason: new TlsRefused({ detail: "the server speaks no TLS" }) })
  }
  return client
})
