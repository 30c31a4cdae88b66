import { serviceErrors } from "@cim-domain/commands/errors/serviceErrors"
import { Schema } from "effect"
import { duplicateErrors } from "./errors/duplicateErrors.ts"
import { hierarchyErrors } from "./errors/hierarchyErrors.ts"
import { laterErrors } from "./errors/laterErrors.ts"
import { notFoundErrors } from "./errors/notFoundErrors.ts"
import { stateErrors } from "./errors/stateErrors.ts"
import { validationErrors } from "./errors/validationErrors.ts"

/** The kinds of errors of the domain by their tags. */
export const domainErrors = {
  ...notFoundErrors,
  ...duplicateErrors,
  ...hierarchyErrors,
  ...stateErrors,
  ...validationErrors,
  ...laterErrors
}

/** Every kind of error by its tag, those of any service included. */
export const errorKinds = { ...domainErrors, ...serviceErrors("organization") }

/** The name of an error, as in `_tag`. */
export type ErrorTag = keyof typeof errorKinds

/**
 * Why a command was not carried out: a closed union of plain data in the shape in which replies carry it, with `code`,
 * `category`, `retryable`, `message` and typed `details` for each `_tag`.
 */
export type OrganizationError = { [Tag in ErrorTag]: (typeof errorKinds)[Tag]["schema"]["Type"] }[ErrorTag]

/** The error of one tag. */
export type ErrorOf<Tag extends ErrorTag> = Extract<OrganizationError, { readonly _tag: Tag }>

/** All error tags. */
export const errorTags = Object.keys(errorKinds) as ReadonlyArray<ErrorTag>

/** Errors that no code of this version answers. */
export const laterErrorTags = Object.keys(laterErrors) as ReadonlyArray<keyof typeof laterErrors>

/** The schema of {@link OrganizationError}. */
export const OrganizationError: Schema.Codec<OrganizationError, unknown> = Schema.Union(
  errorTags.map((tag) => errorKinds[tag].schema as unknown as Schema.Codec<OrganizationError, unknown>)
)
