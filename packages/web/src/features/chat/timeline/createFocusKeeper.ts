/**
 * Keeps the focus in the timeline when what has it there is taken out of the page: it goes to the row that it was in,
 * and where that is gone too, to the row in its place.
 */
import { type Accessor, createEffect, on, onCleanup } from "solid-js"
import { rowKeyOf } from "./createRowPointer.ts"

export interface FocusKeeperParts {
  readonly feed: () => HTMLElement | undefined
  readonly keys: Accessor<ReadonlyArray<string>>
  /** Where the row stands among them; -1: nowhere. */
  readonly placeOf: (key: string) => number
  readonly focusRow: (key: string) => void
  /** The nearest row to a place where it stands no more. */
  readonly focusPlace: (place: number) => void
}

export interface FocusKeeper {
  /** This row is to get the focus: what had it before is let go of. */
  readonly hold: (key: string) => void
  readonly onFocusIn: (event: FocusEvent) => void
  readonly onFocusOut: (event: FocusEvent) => void
}

interface Held {
  readonly key: string
  readonly node: Element | undefined
  place: number
}

export const createFocusKeeper = ({ feed, focusPlace, focusRow, keys, placeOf }: FocusKeeperParts): FocusKeeper => {
  let held: Held | undefined
  const hold = (key: string, node?: Element) => {
    held = { key, node, place: placeOf(key) }
  }
  const onMoved = () => {
    const place = held === undefined ? -1 : placeOf(held.key)
    if (held !== undefined && place >= 0) held.place = place
  }
  const onTaken = () => {
    if (held?.node === undefined || held.node.isConnected || document.activeElement !== document.body) return
    const { key, place } = held
    held = undefined
    if (placeOf(key) >= 0) focusRow(key)
    else focusPlace(place)
  }
  createEffect(on(keys, onMoved))
  createEffect(
    on(feed, (node) => {
      if (node === undefined) return
      const observer = new MutationObserver(onTaken)
      observer.observe(node, { childList: true, subtree: true })
      onCleanup(() => observer.disconnect())
    })
  )
  return {
    hold,
    onFocusIn: ({ target }) => {
      const key = rowKeyOf(target)
      held = undefined
      if (key !== undefined && target instanceof Element) hold(key, target)
    },
    onFocusOut: ({ relatedTarget }) => {
      const before = held
      if (relatedTarget !== null) held = undefined
      // Nothing has it now: perhaps since it was taken out of the page, which is done in a moment. A window that loses
      // it gets it back.
      else
        queueMicrotask(() => {
          if (held === before && before?.node?.isConnected === true && document.hasFocus()) held = undefined
        })
    }
  }
}
