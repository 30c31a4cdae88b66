/** What the bare publisher does. Goes to its process as JSON. */
export interface BarePublish {
  readonly url: string
  readonly publishes: number
  readonly warmUp: number
  readonly inFlight: number
  readonly organizations: number
}
