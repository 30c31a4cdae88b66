/**
 * Bytes of the commands that are settled by one append, at most, unless the first alone has more: all of it is encoded, waits for
 * one acknowledgement, and is sent again when that does not come.
 */
export const groupBytesMax = 4 * 1024 * 1024

/** How many of those who wait, with these sizes in bytes and in this order, are settled together: `countMax` at most, and one at least. */
export const groupLength = (sizes: Iterable<number>, countMax: number, bytesMax = groupBytesMax): number => {
  let [length, bytes] = [0, 0]
  for (const size of sizes) {
    bytes += size
    if (length === countMax || (length > 0 && bytes > bytesMax)) break
    length += 1
  }
  return length
}
