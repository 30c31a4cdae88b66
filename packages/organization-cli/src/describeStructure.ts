import type { OrganizationState } from "@cim-domain/organization"
import { HashMap } from "effect"
import { describeType } from "./describeType.ts"
import { drawTree } from "./tree/drawTree.ts"
import { naturalOrder } from "./tree/naturalOrder.ts"
import type { NodeKind, TreeNode } from "./tree/TreeNode.ts"
import { unitTree } from "./unitTree.ts"

/** How much of the structure is shown. */
export interface StructureOptions {
  /** How many levels of each tree; what stands deeper is counted. */
  readonly depth: number
  /** Whether dissolved, disbanded, deprecated and removed units are shown, where they stood at last. */
  readonly retired: boolean
  /** Whether the id of each unit is shown. */
  readonly ids: boolean
  /** Whether the free attributes of each unit are shown. */
  readonly metadata: boolean
}

const headings: ReadonlyArray<readonly [kind: NodeKind, heading: string]> = [
  ["department", "Departments"],
  ["team", "Teams without a department"],
  ["role", "Roles without a department or team"],
  ["facility", "Facilities"]
]

/** The units of an organization and its children, as trees under headings; no lines when there is nothing. */
export const describeStructure = (state: OrganizationState, options: StructureOptions): ReadonlyArray<string> => {
  const trees = unitTree(state, options)
  const section = (heading: string, nodes: ReadonlyArray<TreeNode>) =>
    nodes.length === 0 ? [] : ["", heading, ...drawTree(nodes, options.depth)]
  return [
    ...headings.flatMap(([kind, heading]) => section(heading, trees.filter((tree) => tree.kind === kind))),
    ...section("Removed facilities", options.retired ? removedFacilities(state) : []),
    ...section("Child organizations", children(state))
  ]
}

const children = (state: OrganizationState): ReadonlyArray<TreeNode> =>
  Array.from(HashMap.values(state.children)).toSorted(naturalOrder(({ name }) => name)).map((child) =>
    leaf(child.id, [child.name, describeType(child.type), child.id].join(" · "))
  )

const removedFacilities = (state: OrganizationState): ReadonlyArray<TreeNode> =>
  Array.from(state.removed_facility_ids).toSorted().map((id) => leaf(id, id))

const leaf = (id: string, text: string): TreeNode => ({ id, kind: "facility", text, children: [] })
