/**
 * A stored event that this version cannot read. It counts in the version of its aggregate and is kept as it stands;
 * nothing may be decided on a history that has one.
 */
export interface OpaqueEvent {
  readonly event_type: "Opaque"
  /** What the event calls itself, as far as that can be told. */
  readonly recorded_type: string
  /** The version of its shape; `null` when it has none that makes sense. */
  readonly schema_version: number | null
  /** Whether the text is JSON at all; if it is, a newer version of the service may understand it. */
  readonly readable: boolean
  readonly event_id: string | null
  readonly command_id: string | null
  readonly correlation_id: string | null
  /** The text as it was stored. */
  readonly data: string
}

/** Whether an event is one that this version cannot read. */
export const isOpaque = (event: { readonly event_type: string }): event is OpaqueEvent => event.event_type === "Opaque"
