import { type MsgHdrs, MsgHdrsImpl } from "@nats-io/nats-core"

/** Header names and values. Values hold neither CR nor LF: see `HeaderText.ts`. */
export type HeaderRecord = Readonly<Record<string, string>>

/**
 * Headers for the client. Its own `set` looks at each letter of each name and at all names that are there already; names
 * here are constants of this package, and values only have to be kept from beginning another line. Throws for those.
 */
export const encodeHeaders = (record: HeaderRecord): MsgHdrs => {
  const values: Record<string, Array<string>> = {}
  for (const name in record) {
    const value = record[name]!
    if (/[\r\n]/.test(value)) throw new Error(`the value of header ${name} has more than one line`)
    values[name] = [value]
  }
  return MsgHdrsImpl.fromRecord(values)
}
