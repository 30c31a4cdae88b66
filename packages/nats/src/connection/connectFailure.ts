import { AuthorizationError, UserAuthenticationExpiredError } from "@nats-io/nats-core"

/** What Node and the client say when a connection cannot be made or breaks, and what it means. */

const tlsCodePattern = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/
const tlsTextPattern = /\btls\b|\bssl\b|certificate|doesn't exist/i
const protocolAuthPattern = /authorization violation|authentication (expired|timeout)|nkey|\bjwt\b/i

/** A connection that the other side closed while something was sent, in the words of Node and of the client. */
const hungUpCodes = new Set([
  "EPIPE",
  "ECONNRESET",
  "ECONNABORTED",
  "ERR_STREAM_WRITE_AFTER_END",
  "ERR_STREAM_DESTROYED"
])
const hungUpPattern = /undefined error|socket hang up|socket closed|disconnected before secure TLS/i

/** Whether the broker closed the connection, and what it said, if anything, was not heard. */
export const isHangUp = (error: unknown): boolean =>
  error === undefined || (error instanceof Error &&
    (("code" in error && typeof error.code === "string" && hungUpCodes.has(error.code)) ||
      hungUpPattern.test(error.message)))

/** What an error of the client or of Node says, in words for an operator. */
export const textOf = (error: unknown): string => {
  if (isHangUp(error)) return "it hung up"
  if (!(error instanceof Error)) return String(error)
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : ""
  // What OpenSSL says begins with the number of a thread and ends with a line of its source.
  const reason = "reason" in error && typeof error.reason === "string" ? error.reason : error.message
  return `${reason || error.name}${code}`
}

/** What kind of refusal an attempt to connect met. */
export const connectFailure = (error: unknown): "AuthenticationRefused" | "TlsRefused" | "Unreachable" => {
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  const text = textOf(error)
  if (
    error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError ||
    protocolAuthPattern.test(text)
  ) {
    return "AuthenticationRefused"
  }
  return tlsCodePattern.test(code) || tlsTextPattern.test(text) ? "TlsRefused" : "Unreachable"
}
