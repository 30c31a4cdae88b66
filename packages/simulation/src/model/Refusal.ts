import type { Json } from "./Json.ts"

/** A detail of an error that the specification names without saying what it is. */
export const anything = Symbol("anything")

/** A permitted refusal: an error of 4.7. */
export interface Refusal {
  readonly tag: string
  /** The details that the specification names. Others may stand beside them. */
  readonly details?: Readonly<Record<string, Json | typeof anything>>
  /** The fields that have an issue each, whatever its words; of a `ValidationFailed`. */
  readonly issues?: ReadonlyArray<string>
  /** Fields that are right alone and wrong with another one: they may have an issue as well, once others have. */
  readonly further?: ReadonlyArray<string>
}

/** Categories of errors, and the code in the header of a reply. */
export const categoryCodes: Readonly<Record<string, string>> = {
  validation: "400",
  authorization: "403",
  not_found: "404",
  duplicate: "409",
  state: "409",
  hierarchy: "409",
  conflict: "409",
  limit: "422",
  unavailable: "503",
  internal: "500"
}

interface ErrorRow {
  readonly category: string
  /** Whether the same command may succeed when it is sent again. */
  readonly isRetryable?: true
  /** What the message begins with, where that is specified. */
  readonly says?: string
}

const row = (category: string, says?: string): ErrorRow => says === undefined ? { category } : { category, says }
const structure = "Invalid organizational structure: "

/** All errors that a command may be refused with: 4.7. */
export const errorTable: Readonly<Record<string, ErrorRow>> = {
  OrganizationNotFound: row("not_found", "Organization not found: "),
  DepartmentNotFound: row("not_found", "Department not found: "),
  TeamNotFound: row("not_found", "Team not found: "),
  RoleNotFound: row("not_found", "Entity not found: Role "),
  FacilityNotFound: row("not_found", "Entity not found: Facility "),
  ChildOrganizationNotFound: row("not_found", "Entity not found: "),
  OrganizationAlreadyExists: row("duplicate", "Duplicate entity: "),
  EntityAlreadyExists: row("duplicate", "Duplicate entity: "),
  CodeAlreadyInUse: row("duplicate", "Duplicate entity: "),
  ChildAlreadyLinked: row("duplicate", "Duplicate entity: "),
  CircularReference: row("hierarchy", "Circular reference: "),
  InvalidTransferTarget: row("hierarchy", structure),
  InvalidRestructure: row("hierarchy", structure),
  TeamDepartmentMismatch: row("hierarchy", structure),
  OrganizationTerminal: row("state", structure),
  CommandNotAllowedInStatus: row("state", structure),
  InvalidStatusTransition: row("state", structure),
  MixedStatusUpdate: row("state", structure),
  EntityRetired: row("state", structure),
  InvalidEntityStatus: row("state", structure),
  DepartmentNotEmpty: row("state", structure),
  FacilityNotEmpty: row("state", structure),
  RoleInUse: row("state", structure),
  HasChildOrganizations: row("state", structure),
  ParentNotAvailable: row("state", structure),
  MalformedMessage: row("validation"),
  UnknownCommandType: row("validation"),
  ValidationFailed: row("validation"),
  SubjectMismatch: row("validation"),
  ReasonRequired: row("validation"),
  EffectiveDateOutOfRange: row("validation"),
  VersionConflict: row("conflict"),
  IdempotencyConflict: row("conflict"),
  LimitExceeded: row("limit"),
  PermissionDenied: row("authorization"),
  CommandNotSupported: row("unavailable"),
  ConcurrencyExhausted: { category: "conflict", isRetryable: true },
  UpgradeRequired: { category: "unavailable", isRetryable: true },
  StoreUnavailable: { category: "unavailable", isRetryable: true },
  Overloaded: { category: "unavailable", isRetryable: true }
}

/** The code of an error: its tag in capitals. */
export const codeOf = (tag: string): string => tag.replace(/(?<=.)(?=[A-Z])/g, "_").toUpperCase()
