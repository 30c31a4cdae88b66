import { countUnits } from "./countUnits.ts"
import type { TreeNode } from "./TreeNode.ts"
import { lineColumns, wrapWords } from "./wrapWords.ts"

/** Nodes deeper than this are indented no further, so that room for words stays; what the service accepts hardly gets there. */
const indentedLevels = 33

/**
 * Nodes as lines of a tree. Nodes on the level `depth` say how many of each kind stand below them instead of showing
 * them. Lines break between words to stay within 80 columns.
 */
export const drawTree = (roots: ReadonlyArray<TreeNode>, depth: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  const open = below(roots, "", 1)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { isLast, level, node, prefix } = next
    const collapsed = level >= depth && node.children.length > 0
    const inner = `${prefix}${isLast ? "  " : "│ "}`.slice(-2 * indentedLevels)
    const [first, ...rest] = wrapWords(
      collapsed ? `${node.text} · ${countUnits(node.children)}` : node.text,
      lineColumns - inner.length - 2
    )
    lines.push(`${prefix}${isLast ? "└ " : "├ "}${first}`)
    const hasBranch = !collapsed && node.children.length > 0
    for (const line of rest) lines.push(`${inner}${hasBranch ? "│ " : "  "}${line}`)
    if (hasBranch) open.push(...below(node.children, inner, level + 1))
  }
  return lines
}

interface Place {
  readonly node: TreeNode
  readonly prefix: string
  readonly isLast: boolean
  readonly level: number
}

/** The last one first, to be taken from the end. */
const below = (nodes: ReadonlyArray<TreeNode>, prefix: string, level: number): Array<Place> =>
  nodes.map((node, index) => ({ node, prefix, isLast: index === nodes.length - 1, level })).toReversed()
