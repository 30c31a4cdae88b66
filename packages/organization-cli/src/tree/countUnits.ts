import type { NodeKind, TreeNode } from "./TreeNode.ts"

const words: Readonly<Record<NodeKind, readonly [one: string, many: string]>> = {
  department: ["department", "departments"],
  team: ["team", "teams"],
  role: ["role", "roles"],
  facility: ["facility", "facilities"]
}

/** How many of each kind there are among nodes and below them, in words. */
export const countUnits = (nodes: ReadonlyArray<TreeNode>): string => {
  const counts = new Map<NodeKind, number>()
  const open = [...nodes]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    counts.set(next.kind, (counts.get(next.kind) ?? 0) + 1)
    for (const child of next.children) open.push(child)
  }
  return (Object.keys(words) as ReadonlyArray<NodeKind>).flatMap((kind) => {
    const count = counts.get(kind) ?? 0
    return count === 0 ? [] : [`${count} ${words[kind][count === 1 ? 0 : 1]}`]
  }).join(", ")
}
