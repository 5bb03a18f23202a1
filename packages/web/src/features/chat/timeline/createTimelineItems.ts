/**
 * The timeline's items as signals: the list of keys for the virtual list, and each item by its key. Applied once a
 * frame.
 */
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import { type Accessor, createComputed, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import { perFrame } from "../../../lib/perFrame.ts"
import { sameItems } from "../../../lib/sameItems.ts"
import { type BuiltTimeline, type TimelineItem, type TimelineOptions, timelineItems } from "./timelineItems.ts"

export interface TimelineItems {
  readonly keys: Accessor<ReadonlyArray<string>>
  /** True only while an update that changed the start is applied. */
  readonly shift: Accessor<boolean>
  /** Reactive, in the calling scope: the item, the same object until it changes. */
  readonly watch: (key: string) => Accessor<TimelineItem | undefined>
  readonly get: (key: string) => TimelineItem | undefined
  readonly indexOf: (key: string) => number
  /** The view that is shown, as of the last frame. */
  readonly shown: Accessor<FeedView | undefined>
}

interface TimelineSource {
  readonly view: Accessor<FeedView | undefined>
  readonly options: Accessor<TimelineOptions>
  /** Keys in view, from the top. They must not move. */
  readonly visible: () => Iterable<string>
  /**
   * Called once the list has received keys that were added or removed above the items in view, before anything else
   * learns of them.
   */
  readonly onShifted: () => void
}

export const createTimelineItems = ({ onShifted, options, view, visible }: TimelineSource): TimelineItems => {
  let built: BuiltTimeline | undefined
  let byKey = new Map<string, TimelineItem>()
  let places: ReadonlyMap<string, number> | undefined
  const [keys, setKeys] = createSignal<ReadonlyArray<string>>([])
  const [shift, setShift] = createSignal(false)
  const [shown, setShown] = createSignal<FeedView | undefined>(undefined, { equals: false })

  const apply = () => {
    const now = untrack(view)
    const former = built?.items ?? []
    built = now === undefined ? undefined : timelineItems(now, untrack(options), built)
    const items = built?.items ?? []
    byKey = mapOf(byKey, former, items)
    places = undefined
    const before = untrack(keys)
    const steps = keySteps(
      before,
      items.map(({ key }) => key),
      before.length === 0 ? [] : visible()
    )
    for (const step of steps) {
      setShift(step.shift)
      setKeys(step.keys)
      setShift(false)
    }
    if (steps[0]?.shift) onShifted()
    setShown(now)
  }
  const frames = perFrame(apply)
  onCleanup(frames.cancel)
  createComputed(
    on([view, options], () => {
      // The first paint includes the first rows.
      if ((built?.items.length ?? 0) === 0) apply()
      else frames.schedule()
    })
  )

  return {
    keys,
    shift,
    shown,
    watch: (key) => createMemo(() => (shown(), byKey.get(key))),
    get: (key) => byKey.get(key),
    indexOf: (key) => {
      places ??= new Map(untrack(keys).map((other, i) => [other, i]))
      return places.get(key) ?? -1
    }
  }
}

/** By key. Returns the same map if nothing was removed, since most updates change a few items of many. */
const mapOf = (
  byKey: Map<string, TimelineItem>,
  before: ReadonlyArray<TimelineItem>,
  items: ReadonlyArray<TimelineItem>
): Map<string, TimelineItem> => {
  items.forEach((item, i) => {
    if (item !== before[i]) byKey.set(item.key, item)
  })
  return byKey.size === items.length ? byKey : new Map(items.map((item) => [item.key, item]))
}

/**
 * One step by which the virtual list receives new items. The list stores sizes by index, and can keep its position
 * relative to only one end at a time. So items added above the anchor and items added below it are two steps.
 */
interface KeyStep {
  readonly keys: ReadonlyArray<string>
  /** The count changed at the start: the list keeps its position relative to its end. */
  readonly shift: boolean
}

/** `visible`: the keys on screen from the top; the first of them that stays is the anchor, which must not move. */
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
