/** What a definition does not say of a command, and its readers want to know. */
export interface CommandWords<EventType extends string = string> {
  /** What it is for, in a sentence or two for those who send it. */
  readonly about?: string | undefined
  /** The types of its events. Default: nothing is said of them. */
  readonly leadsTo?: ReadonlyArray<EventType> | undefined
  /** Sentences behind its subject, such as when it is allowed. */
  readonly notes?: ReadonlyArray<string> | undefined
  /** The fields of a valid command as they are on the wire, its type among them or not. Default: drawn from their schemas. */
  readonly example?: { readonly [field: string]: unknown } | undefined
}

/** Words for the reference of a domain; all of them may be left out. */
export interface ReferenceWords<
  CommandType extends string = string,
  EventType extends string = string,
  Tag extends string = string
> {
  readonly commands?: { readonly [Type in CommandType]?: CommandWords<EventType> } | undefined
  /** What each event says, in a sentence. */
  readonly events?: { readonly [Type in EventType]?: string } | undefined
  /** What somebody who gets an error can do about it. Default: for the errors of every service what there is to do. */
  readonly advice?: { readonly [Each in Tag]?: string } | undefined
  /** What each limit bounds. */
  readonly limits?: { readonly [limit: string]: string } | undefined
}
