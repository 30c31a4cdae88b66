import { type Schema, SchemaAST } from "effect"

/** What may stand in a field, as far as it matters before the field is decoded. */
export interface FieldShape {
  /** Names of the members of an object that may stand there, `"any"` when they are the sender's own. */
  readonly members: ReadonlySet<string> | "any"
  /** Whether it may hold numbers with a point, or beyond the safe ones. */
  readonly hasNumbers: boolean
}

/** The members of objects that stand for one value: an id, or a choice with a label. */
const valueMembers: ReadonlyArray<string> = ["id", "value", "Other"]

/** Looks through a schema for what objects and numbers it takes. What is not understood may hold anything. */
export const shapeOf = (field: Schema.Constraint): FieldShape => {
  const found: Found = { members: new Set(valueMembers), isFree: false, hasNumbers: false }
  look(SchemaAST.toType(field.ast), found)
  return { members: found.isFree ? "any" : found.members, hasNumbers: found.hasNumbers }
}

interface Found {
  readonly members: Set<string>
  isFree: boolean
  hasNumbers: boolean
}

const look = (ast: SchemaAST.AST, found: Found): void => {
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
    case "Boolean":
    case "Null":
    case "Undefined":
    case "Literal":
    case "Enum":
    case "Never":
      return
    case "Number":
      found.hasNumbers ||= !isWhole(ast)
      return
    case "Union":
      for (const type of ast.types) look(type, found)
      return
    case "Arrays":
      for (const type of [...ast.elements, ...ast.rest]) look(type, found)
      return
    case "Objects":
      for (const { name, type } of ast.propertySignatures) {
        found.members.add(String(name))
        look(type, found)
      }
      if (ast.indexSignatures.length === 0) return
      break
    default:
  }
  found.isFree = true
  found.hasNumbers = true
}

/** Whether the checks of a number let only whole ones pass: no digits behind the point make another one of them. */
const isWhole = ({ checks }: Pick<SchemaAST.AST, "checks"> | SchemaAST.FilterGroup<any>): boolean =>
  checks?.some((check) =>
    check._tag === "FilterGroup"
      ? isWhole(check)
      : (check.annotations?.["representation"] as { readonly id?: string } | undefined)?.id === "effect/schema/isInt"
  ) ?? false
