/** Who is struck, of those who might be. */
import type { Scene } from "../Fault.ts"
import type { Node } from "../Stage.ts"

export const anyOf = ({ dice }: Scene, nodes: ReadonlyArray<Node>): Node => {
  const node = nodes[dice(nodes.length)]
  if (node === undefined) throw new Error("there is none to break")
  return node
}
