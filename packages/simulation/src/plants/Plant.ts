/** Where a fault can lie. */
export type Layer =
  | "line"
  | "aggregate"
  | "store adapter"
  | "codecs"
  | "protocol"
  | "client"
  | "follower"
  | "snapshots"
  | "domain"

/** A fault that can be planted: text of one file that another takes the place of. */
export interface Plant {
  readonly name: string
  readonly layer: Layer
  /** Below `packages`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Why it does no harm in the whole service, if so: then it need not be found. */
  readonly harmless?: string | undefined
}

/** Plants of one layer, in files below a folder. */
export const plantsIn = (
  layer: Layer,
  folder: string,
  list: ReadonlyArray<readonly [file: string, name: string, from: string, to: string, harmless?: string]>
): ReadonlyArray<Plant> =>
  list.map(([file, name, from, to, harmless]) => ({ layer, name, file: `${folder}/${file}`, from, to, harmless }))
