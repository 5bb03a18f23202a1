/**
 * How the virtual list is told of new items: it keeps the sizes of items by place, and holds the eye's place only from
 * one end at a time.
 * So what came above the anchor and what came below it are two steps.
 */
import { sameItems } from "../../../lib/sameItems.ts"

export interface KeyStep {
  readonly keys: ReadonlyArray<string>
  /** The count changed at the start: the list keeps its place from its end. */
  readonly shift: boolean
}

/** `visible`: the keys on screen from the top; the first of them that stays is what must not move. */
export const keySteps = (
  before: ReadonlyArray<string>,
  after: ReadonlyArray<string>,
  visible: Iterable<string>
): ReadonlyArray<KeyStep> => {
  if (sameItems(before, after)) return []
  for (const key of visible) {
    const from = before.indexOf(key)
    const to = from < 0 ? -1 : after.indexOf(key)
    if (to < 0) continue
    if (from === to) break
    const above = [...after.slice(0, to), ...before.slice(from)]
    const rest = sameItems(above, after) ? [] : [{ keys: after, shift: false }]
    return [{ keys: above, shift: true }, ...rest]
  }
  return [{ keys: after, shift: false }]
}
