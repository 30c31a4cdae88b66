import type { NodeKind, TreeNode } from "./TreeNode.ts"

/** Something to put into a tree, below the first of `above` that is in the tree too. */
export interface TreeItem {
  readonly id: string
  readonly kind: NodeKind
  readonly text: string
  readonly above: ReadonlyArray<Place>
}

/** The unit to stand below; ids of different kinds may be the same. */
interface Place {
  readonly kind: NodeKind
  readonly id: string | null
}

interface OpenNode extends TreeNode {
  readonly children: Array<TreeNode>
}

const keyOf = ({ id, kind }: Place): string => `${kind} ${id}`

/**
 * Trees of all items, each in exactly one place, siblings in the order given. What would stand below itself, which
 * only a broken history can ask for, becomes a root instead.
 */
export const buildTree = (items: ReadonlyArray<TreeItem>): ReadonlyArray<TreeNode> => {
  const nodes = new Map<string, OpenNode>(
    items.map((item) => {
      const { id, kind, text } = item
      return [keyOf(item), { id, kind, text, children: [] }]
    })
  )
  const parents = new Map<string, string>()
  const roots: Array<TreeNode> = []
  for (const item of items) {
    const key = keyOf(item)
    const parent = item.above.map(keyOf).find((candidate) => nodes.has(candidate))
    const fits = parent !== undefined && !standsBelow(parents, parent, key)
    if (fits) parents.set(key, parent)
    const siblings = fits ? nodes.get(parent)!.children : roots
    siblings.push(nodes.get(key)!)
  }
  return roots
}

const standsBelow = (parents: ReadonlyMap<string, string>, key: string, top: string): boolean => {
  let at: string | undefined = key
  while (at !== undefined && at !== top) at = parents.get(at)
  return at === top
}
