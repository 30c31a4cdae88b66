import { Redacted, Result, Schema } from "effect"

/** How to speak to a server: in clear, over TLS, or over a WebSocket (in clear, over TLS). */
export type NatsScheme = "nats" | "tls" | "ws" | "wss"

/** Who to be, when the URL says so. Never printed. */
export type NatsUrlCredentials =
  | { readonly _tag: "UserPassword"; readonly user: string; readonly password: Redacted.Redacted }
  | { readonly _tag: "Token"; readonly token: Redacted.Redacted }

/**
 * One or more servers of one cluster, parsed.
 *
 * The client ignores `tls://` and `user:pass@` in the URLs it is given, so both are read here.
 */
export interface NatsUrl {
  /** The scheme of all servers; `tls` and `wss` never connect in clear. */
  readonly scheme: NatsScheme
  /** What the client takes: `host:port` for TCP, `ws://host:port/path` for WebSockets. */
  readonly servers: readonly [string, ...ReadonlyArray<string>]
  readonly credentials: NatsUrlCredentials | undefined
  /** The URL as it may stand in a log: scheme, host and port, defaults filled in. */
  readonly redacted: string
}

/** The text is no NATS URL; every problem is named, and nothing of the text is repeated: any part of it may be a secret. */
export class NatsUrlError extends Schema.TaggedError<NatsUrlError>()("NatsUrlError", {
  problems: Schema.Array(Schema.String)
}) {
  override get message() {
    return `not a NATS URL: ${this.problems.join("; ")}`
  }
}

const ports: Record<NatsScheme, number> = { nats: 4222, tls: 4222, ws: 80, wss: 443 }
const isScheme = (text: string): text is NatsScheme => Object.hasOwn(ports, text)

interface Server {
  readonly scheme: NatsScheme
  readonly address: string
  readonly path: string
  readonly userInfo: string | undefined
}

const authorityPattern = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^:[\]]+))(?::(.*))?$/
const hostPattern = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?$/

const isIPv6 = (host: string) => URL.canParse(`http://[${host}]/`)

const encodingHint = "special characters in user, password and token must be percent-encoded (write @ as %40, / as %2F)"

const parseServer = (text: string, which: string): Result.Result<Server, ReadonlyArray<string>> => {
  const schemeEnd = text.indexOf("://")
  const scheme = schemeEnd < 0 ? "nats" : text.slice(0, schemeEnd).toLowerCase()
  if (!isScheme(scheme)) {
    return Result.fail([`${which} has a scheme that is none of nats, tls, ws and wss`])
  }
  const problems: Array<string> = []
  const rest = schemeEnd < 0 ? text : text.slice(schemeEnd + 3)
  const pathStart = rest.search(/[/?#]/)
  const path = pathStart < 0 ? "" : rest.slice(pathStart)
  if (path.includes("@")) return Result.fail([`${which} has an @ after the host: ${encodingHint}`])
  const authority = pathStart < 0 ? rest : rest.slice(0, pathStart)
  const at = authority.lastIndexOf("@")
  const userInfo = at < 0 ? undefined : authority.slice(0, at)
  const match = authorityPattern.exec(authority.slice(at + 1))
  const host = match?.[1] ?? match?.[2]
  const port = match?.[3] ?? String(ports[scheme])

  if (path !== "" && path !== "/" && (scheme === "nats" || scheme === "tls")) {
    problems.push(`${which} has a path or a query, which ${scheme}:// does not know`)
  }
  if (host === undefined) {
    problems.push(`${which} lacks a host (an IPv6 address stands in brackets)`)
  } else if (match?.[1] === undefined ? !hostPattern.test(host) : !isIPv6(host)) {
    problems.push(`${which} has a host that is no host name or address`)
  }
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    problems.push(`${which} has a port that is no number from 1 to 65535`)
  }
  return problems.length > 0 ? Result.fail(problems) : Result.succeed({
    scheme,
    address: `${match?.[1] === undefined ? host : `[${host}]`}:${Number(port)}`,
    path: path === "/" ? "" : path,
    userInfo
  })
}

const decodePart = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const parseCredentials = (userInfo: string): Result.Result<NatsUrlCredentials, string> => {
  const colon = userInfo.indexOf(":")
  const first = decodePart(colon < 0 ? userInfo : userInfo.slice(0, colon))
  const second = colon < 0 ? "" : decodePart(userInfo.slice(colon + 1))
  if (first === undefined || second === undefined) {
    return Result.fail("the credentials are not percent-encoded correctly (write % as %25, @ as %40, / as %2F)")
  }
  if (first === "") return Result.fail("the user or token before @ is empty")
  return Result.succeed(
    colon < 0
      ? { _tag: "Token", token: Redacted.make(first) }
      : { _tag: "UserPassword", user: first, password: Redacted.make(second) }
  )
}

/**
 * Parses `NATS_URL`: a comma list of `nats://`, `tls://`, `ws://` or `wss://` URLs or bare `host[:port]`, with
 * `user:password@` or `token@` in front of the host, percent-encoded. Ports default to 4222 (`ws` 80, `wss` 443).
 *
 * All servers share one scheme and one set of credentials, which the first entry carries. Fails with every problem found, never with a secret.
 */
export const parse = (text: string): Result.Result<NatsUrl, NatsUrlError> => {
  const items = text.split(",").map((item) => item.trim())
  const problems: Array<string> = []
  const servers: Array<Server> = []
  const mayHoldSecrets = /[@?]/.test(text)
  items.forEach((item, index) => {
    const which = items.length === 1 ? "it" : `entry ${index + 1}`
    if (item === "") {
      problems.push(`${which} is empty`)
      return
    }
    if (/\s/.test(item)) {
      problems.push(`${which} contains white space`)
      return
    }
    const server = parseServer(item, which)
    if (Result.isSuccess(server)) servers.push(server.success)
    else problems.push(...server.failure)
  })

  const schemes = [...new Set(servers.map((server) => server.scheme))]
  if (schemes.length > 1) {
    problems.push(`schemes are mixed (${schemes.join(", ")}): all servers of a cluster are reached in one way`)
  }
  const userInfos = [...new Set(servers.flatMap((server) => server.userInfo ?? []))]
  if (userInfos.length > 1) {
    problems.push("different entries carry different credentials: one client has one identity")
  }
  if (userInfos.length > 0 && servers.length === items.length && servers[0]?.userInfo === undefined) {
    problems.push(`credentials stand in a later entry and not in the first; ${encodingHint}, and a comma ends an entry`)
  }
  const [userInfo] = userInfos
  const credentials = userInfo === undefined ? undefined : parseCredentials(userInfo)
  if (credentials !== undefined && Result.isFailure(credentials)) problems.push(credentials.failure)

  const [scheme] = schemes
  const toServer = (server: Server) =>
    server.scheme === "ws" || server.scheme === "wss"
      ? `${server.scheme}://${server.address}${server.path}`
      : server.address
  const [first, ...others] = servers
  if (problems.length > 0 && mayHoldSecrets && !problems.some((problem) => problem.includes("percent-encoded"))) {
    problems.push(encodingHint)
  }
  if (problems.length > 0 || first === undefined || scheme === undefined) {
    return Result.fail(new NatsUrlError({ problems }))
  }
  return Result.succeed({
    scheme,
    servers: [toServer(first), ...others.map(toServer)],
    credentials: credentials !== undefined && Result.isSuccess(credentials) ? credentials.success : undefined,
    redacted: servers.map(({ address, scheme: own }) => `${own}://${address}`).join(",")
  })
}
