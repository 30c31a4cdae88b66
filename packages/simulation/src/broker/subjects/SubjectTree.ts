/** A subject that has messages: their sequences in order, of which those before `from` are gone. */
export interface SubjectLeaf {
  readonly subject: string
  readonly sequences: Array<number>
  from: number
  readonly above: ReadonlyArray<SubjectNode>
}

/** All subjects that begin with the same tokens. */
export interface SubjectNode {
  /** None yet at the end of a subject: most are there. */
  children: Map<string, SubjectNode> | undefined
  /** The subject that ends here. */
  leaf: SubjectLeaf | undefined
  /** The last sequence under it, and how many messages there are. */
  last: number
  count: number
}

const makeNode = (): SubjectNode => ({ children: undefined, leaf: undefined, last: 0, count: 0 })

/** The subjects of a stream, by their tokens: the last sequence under a prefix is known without a search. */
export class SubjectTree {
  readonly #leaves = new Map<string, SubjectLeaf>()
  readonly #root = makeNode()

  /** Notes that the message with this sequence, larger than all before, has this subject. */
  add(subject: string, seq: number): SubjectLeaf {
    const leaf = this.#leaves.get(subject) ?? this.#makeLeaf(subject)
    leaf.sequences.push(seq)
    for (const node of leaf.above) {
      node.last = seq
      node.count += 1
    }
    return leaf
  }

  /** Notes that a message is gone. */
  remove(subject: string, seq: number): void {
    const leaf = this.#leaves.get(subject)
    if (leaf === undefined) return
    if (leaf.sequences[leaf.from] === seq) this.#removeFirst(leaf)
    else {
      const at = indexFrom(leaf, seq)
      if (leaf.sequences[at] !== seq) return
      leaf.sequences.splice(at, 1)
    }
    // From the end: what is under a node has to be right before it is.
    for (let index = leaf.above.length - 1; index >= 0; index--) {
      const node = leaf.above[index]!
      node.count -= 1
      if (node.last === seq) node.last = lastUnder(node)
    }
  }

  leaf(subject: string): SubjectLeaf | undefined {
    return this.#leaves.get(subject)
  }

  /** The last sequence of all subjects that a filter matches, 0 when there is none. */
  last(filter: string): number {
    const literal = this.#leaves.get(filter)
    if (literal !== undefined) return lastOf(literal)
    let last = 0
    this.#visit(filter, (node) => {
      last = Math.max(last, node.last)
    }, (leaf) => {
      last = Math.max(last, lastOf(leaf))
    })
    return last
  }

  /** How many messages a filter matches. */
  count(filter: string): number {
    let count = 0
    this.#visit(filter, (node) => {
      count += node.count
    }, (leaf) => {
      count += leaf.sequences.length - leaf.from
    })
    return count
  }

  /** Each subject with messages that a filter matches. */
  forEach(filter: string, run: (leaf: SubjectLeaf) => void): void {
    const below = (node: SubjectNode) => {
      if (node.leaf !== undefined && node.leaf.from < node.leaf.sequences.length) run(node.leaf)
      for (const child of childrenOf(node)) below(child)
    }
    this.#visit(filter, below, run)
  }

  #makeLeaf(subject: string): SubjectLeaf {
    const above = [this.#root]
    let node = this.#root
    for (const token of subject.split(".")) {
      const children: Map<string, SubjectNode> = node.children ??= new Map()
      let child = children.get(token)
      if (child === undefined) children.set(token, child = makeNode())
      above.push(node = child)
    }
    const leaf: SubjectLeaf = { subject, sequences: [], from: 0, above }
    node.leaf = leaf
    this.#leaves.set(subject, leaf)
    return leaf
  }

  #removeFirst(leaf: SubjectLeaf): void {
    leaf.from += 1
    if (leaf.from < 64 || leaf.from * 2 < leaf.sequences.length) return
    leaf.sequences.splice(0, leaf.from)
    leaf.from = 0
  }

  /** Visits whole subtrees, and subjects that end where the filter does. */
  #visit(filter: string, onTree: (node: SubjectNode) => void, onLeaf: (leaf: SubjectLeaf) => void): void {
    const tokens = filter.split(".")
    const visit = (node: SubjectNode, index: number): void => {
      const token = tokens[index]
      if (token === undefined) {
        if (node.leaf !== undefined && node.leaf.from < node.leaf.sequences.length) onLeaf(node.leaf)
      } else if (token === ">" && index === tokens.length - 1) {
        for (const child of childrenOf(node)) onTree(child)
      } else if (token === "*") { for (const child of childrenOf(node)) visit(child, index + 1) }
      else {
        const child = node.children?.get(token)
        if (child !== undefined) visit(child, index + 1)
      }
    }
    visit(this.#root, 0)
  }
}

const lastOf = ({ from, sequences }: SubjectLeaf): number =>
  sequences.length > from ? sequences[sequences.length - 1]! : 0

const childrenOf = ({ children }: SubjectNode): Iterable<SubjectNode> => children?.values() ?? []

const lastUnder = (node: SubjectNode): number => {
  let last = node.leaf === undefined ? 0 : lastOf(node.leaf)
  for (const child of childrenOf(node)) last = Math.max(last, child.last)
  return last
}

/** Where the first of the sequences from `seq` on stands. */
export const indexFrom = ({ from, sequences }: SubjectLeaf, seq: number): number => {
  let [low, high] = [from, sequences.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sequences[middle]! < seq) low = middle + 1
    else high = middle
  }
  return low
}
