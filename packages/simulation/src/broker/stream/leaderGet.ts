import { apiErrors } from "../api/apiErrors.ts"
import { base64 } from "../message/base64.ts"
import { timeText } from "./directGet.ts"
import type { StreamLog } from "./StreamLog.ts"

/** What a leader answers who asks for one message. */
export const leaderGet = (
  log: StreamLog,
  body: Uint8Array,
  asked: Readonly<Record<string, unknown>> | undefined
): object => {
  if (body.length === 0) return { error: apiErrors.badRequest }
  if (asked === undefined) return { error: apiErrors.invalidJson("unexpected EOF") }
  const { batch = 0, last_by_subj: last = "", max_bytes: bytes = 0, next_by_subj: next = "", seq = 0 } = asked
  const isBad = batch !== 0 || bytes !== 0 || (Number(seq) > 0 && last !== "") || (last !== "" && next !== "") ||
    (seq === 0 && last === "" && next === "")
  if (isBad) return { error: apiErrors.badRequest }
  const found = next !== ""
    ? log.next(String(next), Number(seq))
    : last !== ""
    ? log.lastOf(String(last))
    : log.get(Number(seq))
  if (found === undefined) return { error: apiErrors.noMessage }
  const { headers, payload, seq: own, subject, time } = found
  return {
    message: {
      subject,
      seq: own,
      ...(headers === undefined ? {} : { hdrs: base64(headers) }),
      ...(payload.length === 0 ? {} : { data: base64(payload) }),
      time: timeText(time)
    }
  }
}
