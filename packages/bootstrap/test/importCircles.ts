/** Which files a file imports. */
export type ImportGraph = ReadonlyMap<string, ReadonlyArray<string>>

/**
 * Files that import each other, however far around: each group of files where every one leads to every other. In each the
 * first is the first by name, and `way` is a shortest way from there back to it.
 */
export const importCircles = (graph: ImportGraph): ReadonlyArray<{
  readonly files: ReadonlyArray<string>
  readonly way: ReadonlyArray<string>
}> => {
  const reachable = new Map([...graph.keys()].map((file) => [file, reachableFrom(graph, file)]))
  const isWith = (file: string, other: string) =>
    reachable.get(file)?.has(other) === true && reachable.get(other)?.has(file) === true
  const circles: Array<ReadonlyArray<string>> = []
  for (const file of [...graph.keys()].toSorted()) {
    if (!isWith(file, file) || circles.some((files) => files.includes(file))) continue
    circles.push([...graph.keys()].filter((other) => isWith(file, other)).toSorted())
  }
  return circles.map((files) => ({ files, way: wayBack(graph, files[0] ?? "") }))
}

/** What a file leads to, in steps; itself only when it is in a circle. Each with the file before it on a shortest way. */
const reachableFrom = (graph: ImportGraph, file: string): ReadonlyMap<string, string> => {
  const before = new Map<string, string>()
  let edge: ReadonlyArray<string> = [file]
  while (edge.length > 0) {
    const next: Array<string> = []
    for (const from of edge) {
      for (const to of graph.get(from) ?? []) {
        if (before.has(to)) continue
        before.set(to, from)
        next.push(to)
      }
    }
    edge = next
  }
  return before
}

const wayBack = (graph: ImportGraph, file: string): ReadonlyArray<string> => {
  const before = reachableFrom(graph, file)
  const way = [file]
  do way.unshift(before.get(way[0] ?? "") ?? file)
  while (way[0] !== file)
  return way
}
