/** JSON that can be wrong: keys may repeat, and a part may be any text at all. */

export type JsonTree = string | number | boolean | null | Fields | ReadonlyArray<JsonTree> | Verbatim

/** An object by its pairs, in their order. */
export class Fields {
  constructor(readonly pairs: ReadonlyArray<readonly [key: string, value: JsonTree]>) {}
}

/** Stands in the text as it is. */
export class Verbatim {
  constructor(readonly text: string) {}
}

export const treeOf = (value: unknown): JsonTree => {
  if (Array.isArray(value)) return value.map(treeOf)
  if (typeof value === "object" && value !== null)
    return new Fields(Object.entries(value).map(([key, each]) => [key, treeOf(each)]))
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null
}

export const isList = (tree: JsonTree): tree is ReadonlyArray<JsonTree> => Array.isArray(tree)

export const textOf = (tree: JsonTree): string => {
  if (tree instanceof Verbatim) return tree.text
  if (tree instanceof Fields)
    return `{${tree.pairs.map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join(",")}}`
  return isList(tree) ? `[${tree.map(textOf).join(",")}]` : JSON.stringify(tree)
}

/** How many places there are in it, itself among them. */
export const sizeOf = (tree: JsonTree): number => {
  if (tree instanceof Fields) return 1 + tree.pairs.reduce((sum, [, value]) => sum + sizeOf(value), 0)
  return isList(tree) ? 1 + tree.reduce<number>((sum, each) => sum + sizeOf(each), 0) : 1
}

/** With the place of this number, counted in depth first, changed. */
export const changeAt = (tree: JsonTree, at: number, change: (tree: JsonTree) => JsonTree): JsonTree => {
  if (at === 0) return change(tree)
  let left = at - 1
  const inside = (each: JsonTree): JsonTree => {
    const size = sizeOf(each)
    const changed = left >= 0 && left < size ? changeAt(each, left, change) : each
    left -= size
    return changed
  }
  if (tree instanceof Fields) return new Fields(tree.pairs.map(([key, value]) => [key, inside(value)]))
  return isList(tree) ? tree.map(inside) : tree
}
