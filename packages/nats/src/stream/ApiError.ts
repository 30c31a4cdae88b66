import {
  AlreadySeen,
  AtomicBatchRefused,
  BeingStored,
  Busy,
  MessageMissing,
  MessageTooLarge,
  NatsError,
  type NatsErrorReason,
  NoJetStream,
  PlacementRefused,
  StreamFull,
  StreamMissing,
  StreamRefuses,
  Unexpected,
  WrongLastSequence
} from "../connection/NatsError.ts"

/** What the error codes of the broker mean (nats-server `server/errors.json`). */

/** An error as the JetStream API and publish acknowledgements carry it. */
export interface ApiError {
  readonly code?: number
  readonly err_code?: number
  readonly description?: string
}

const fullPattern = /maximum (messages|bytes)|insufficient storage|no space left/i

/** With these words a cluster refuses what it may grant when its other servers are back. */
const awayPattern = /offline|insufficient storage|miscellaneous/i

/** Classifies an error of the JetStream API or of a publish acknowledgement by its code. */
export const fromApi = (error: ApiError): NatsError => {
  const code = error.err_code ?? 0
  const text = error.description ?? `status ${error.code ?? 0}`
  return new NatsError({ reason: apiReason(code, error.code ?? 0, text) })
}

/** Not this server, not now, or an incomplete batch; codes of status 503 and 429 are of that kind without being listed. */
const passing = new Set([10007, 10008, 10009, 10118, 10167, 10176, 10194, 10210])

/** Sealed, per-message TTL, counters, a level that the broker does not have: it is the setting of the stream. */
const refusing = new Set([10109, 10165, 10166, 10168, 10169, 10170, 10171, 10172, 10185])

const apiReason = (code: number, status: number, text: string): NatsErrorReason => {
  switch (code) {
    case 10071:
    case 10164:
      return new WrongLastSequence({ detail: text })
    case 10158:
      return new BeingStored({ detail: text })
    case 10201:
      return new AlreadySeen({ detail: text })
    case 10060:
    case 10059:
      return new StreamMissing({ detail: text })
    case 10037:
      return new MessageMissing({ detail: text })
    case 10174:
      return new AtomicBatchRefused({ detail: text })
    case 10054:
    case 10097:
      return new MessageTooLarge({ maxBytes: 0, actualBytes: 0 })
    case 10039:
    case 10076:
      return new NoJetStream({ detail: text })
    case 10005:
    case 10074:
      return new PlacementRefused({ detail: text, forGood: !awayPattern.test(text) })
    case 10023:
    case 10028:
    case 10047:
    case 10002:
      return new StreamFull({ detail: text })
    case 10077:
      return fullPattern.test(text) ? new StreamFull({ detail: text }) : new Busy({ detail: text })
    default:
      if (refusing.has(code)) return new StreamRefuses({ detail: text })
      return passing.has(code) || status === 503 || status === 429
        ? new Busy({ detail: text })
        : new Unexpected({ code, detail: text })
  }
}
