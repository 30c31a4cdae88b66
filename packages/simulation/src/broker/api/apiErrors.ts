/** An error as the broker writes it (nats-server 2.15, `server/errors.json`). */
export interface ApiError {
  readonly code: number
  readonly err_code: number
  readonly description: string
}

const make = (err_code: number, code: number, description: string): ApiError => ({ code, err_code, description })

/** The errors of the JetStream API and of publishing that this broker knows. */
export const apiErrors = {
  notAvailable: make(10008, 503, "JetStream system temporarily unavailable"),
  badRequest: make(10003, 400, "bad request"),
  noPeers: (detail: string) => make(10005, 400, detail),
  consumerNotFound: make(10014, 404, "consumer not found"),
  consumerCreate: (detail: string) => make(10012, 500, detail),
  invalidJson: (detail: string) => make(10025, 400, `invalid JSON: ${detail}`),
  noMessage: make(10037, 404, "no message found"),
  sequenceNotFound: (seq: number) => make(10043, 400, `sequence ${seq} not found`),
  removeFailed: (detail: string) => make(10057, 500, detail),
  noStorage: make(10047, 500, "insufficient storage resources available"),
  invalidConfig: (detail: string) => make(10052, 500, detail),
  messageTooLarge: make(10054, 400, "message size exceeds maximum allowed"),
  otherName: make(10056, 400, "stream name in subject does not match request"),
  nameInUse: make(10058, 400, "stream name already in use with a different configuration"),
  streamNotFound: make(10059, 404, "stream not found"),
  otherStream: make(10060, 400, "expected stream does not match"),
  subjectsOverlap: make(10065, 400, "subjects overlap with an existing stream"),
  wrongLastSequence: (seq: number) => make(10071, 400, `wrong last sequence: ${seq}`),
  storeFailed: (detail: string) => make(10077, 503, detail),
  sealed: make(10109, 400, "invalid operation on sealed stream"),
  idInProcess: make(10158, 409, "duplicate message id is in process"),
  wrongLastSequenceInFlight: make(10164, 400, "wrong last sequence"),
  tooManyRequests: make(10167, 429, "too many requests"),
  batchesOff: make(10174, 400, "atomic publish is disabled"),
  batchSequenceMissing: make(10175, 400, "atomic publish sequence is missing"),
  batchIncomplete: make(10176, 400, "atomic publish batch is incomplete"),
  batchHeader: (header: string) => make(10177, 400, `atomic publish unsupported header used: ${header}`),
  batchId: make(10179, 400, "atomic publish batch ID is invalid"),
  sequenceMissing: make(10193, 400, "missing sequence for expected last sequence per subject"),
  batchTooLarge: (size: number) => make(10199, 400, `atomic publish batch is too large: ${size}`),
  batchCommit: make(10200, 400, "atomic publish batch commit is invalid"),
  batchDuplicate: make(10201, 400, "atomic publish batch contains duplicate message id"),
  batchesInFlight: make(10210, 429, "atomic publish too many inflight")
} as const
