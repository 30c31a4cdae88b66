/** What a node of a printed tree stands for. */
export type NodeKind = "department" | "team" | "role" | "facility"

/** Something in a printed tree, with what stands below it in the order it is printed. */
export interface TreeNode {
  readonly id: string
  readonly kind: NodeKind
  readonly text: string
  readonly children: ReadonlyArray<TreeNode>
}
