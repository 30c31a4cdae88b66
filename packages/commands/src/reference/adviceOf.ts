import type { ServiceErrors } from "../errors/serviceErrors.ts"

/** What somebody can do about the errors that every service answers; `noun` is what an aggregate is called. */
export const adviceOf = (noun: string): Readonly<Record<keyof ServiceErrors, string>> => ({
  MalformedMessage: "Send one JSON object as UTF-8.",
  UnknownCommandType: "Check the spelling of `command_type`.",
  ValidationFailed: "Mend every issue; each has its path.",
  SubjectMismatch: "Send the command on its own subject.",
  VersionConflict: `Look at the ${noun} again, then decide whether the command still makes sense.`,
  IdempotencyConflict: "Give every command an id of its own.",
  ConcurrencyExhausted: "Send it again with the same id, a little later.",
  LimitExceeded: "Stay below `max`.",
  PermissionDenied: "Ask somebody who may.",
  UpgradeRequired: "Send it again; a newer replica may take it. Upgrade the replica that answered.",
  CommandNotSupported: "This version does not carry it out; `supported` lists what it does.",
  StoreUnavailable: "Send it again with the same id: it may or may not have taken effect, and cannot happen twice.",
  Overloaded: "Send it again with the same id, a little later.",
  StreamUnreadable: "Tell the operator: an event in the stream is damaged.",
  HistoryTruncated: "Tell the operator: events are missing from the stream.",
  Internal: "Tell the operator; the log of the replica has the cause."
})
