import { Argument } from "effect/cli"

/** Fields that are typed alike wherever they are. */
export const fields = {
  /** The organization a sub-command is about; the first argument of nearly all. */
  organizationId: Argument.String("id").pipe(Argument.withDescription("Id of the organization (UUID)")),
  /** The unit, or other organization, a sub-command is about. */
  unitId: (what: string) => Argument.String(`${what}-id`).pipe(Argument.withDescription(`Id of the ${what} (UUID)`)),
  /** What a new thing is called. */
  newName: Argument.String("name").pipe(Argument.withDescription("Name, 1 to 200 characters")),
  newTitle: Argument.String("title").pipe(Argument.withDescription("Title, 1 to 200 characters")),
  newCode: "Code, 1 to 64 characters, that no other of its kind has; made from the name when not given",
  newId: ["id", "Its id; derived from the command id when not given"],
  description: "Up to 4000 characters",
  reason: "Why, up to 1000 characters",
  newMetadata: "Free attributes as a JSON object",
  metadata: "Free attributes as a JSON object; replaces what was there",
  founded: ["founded", "When it was founded"],
  effective: ["effective", "Since when"],
  clear: "Remove a value"
} as const
