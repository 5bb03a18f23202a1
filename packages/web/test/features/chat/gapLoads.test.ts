// @vitest-environment jsdom
/** A gap is loaded from the end that is next to what is read, and no further than one view beyond it. */
import { assert, it } from "@effect/vitest"
import { Feed, type PagePlace } from "@hibiki/core/client/feed/Feed"
import { type FeedView, viewOf } from "@hibiki/core/client/feed/FeedView"
import { createRoot, createSignal } from "solid-js"
import { createGapLoads } from "../../../src/features/chat/timeline/createGapLoads.ts"
import { type TimelineItem, timelineItems } from "../../../src/features/chat/timeline/timelineItems.ts"
import { conversationId, me, postedRow } from "../../fixtureApp.tsx"
import { settled } from "./screen.tsx"

const count = 5_000
const pageRows = 50
const rows = Array.from({ length: count }, (_, n) => postedRow(n + 1, me, `m${n + 1}`, 0))

/**
 * A timeline of so many messages of which the newest are here, and whose items are all as high: the first one in view
 * keeps its place, or the end while it is followed.
 */
const timeline = (inView = 20) =>
  createRoot((end) => {
    const feed = new Feed(conversationId, me)
    const asked: Array<PagePlace> = []
    const page = (place: PagePlace) => {
      const found = rows.filter(({ seq }) => seq < (place.before ?? count + 1) && seq > (place.after ?? 0))
      const taken = place.after === undefined ? found.slice(-pageRows) : found.slice(0, pageRows)
      const [first, last] = [taken[0]?.seq ?? 1, taken.at(-1)?.seq ?? count]
      feed.page({ rows: taken, asOf: count, moreBefore: first > 1, moreAfter: last < count }, place)
    }
    const shownNow = () => viewOf(feed, [], [], false, feed.version)
    page({})
    const [view, setView] = createSignal<FeedView>(shownNow())
    const itemsNow = () => timelineItems(view(), { me, unreadAfter: undefined }).items
    const [items, setItems] = createSignal<ReadonlyArray<TimelineItem>>(itemsNow())
    const [moved, setMoved] = createSignal(0)
    const [following, setFollowing] = createSignal(true)
    const keys = () => items().map(({ key }) => key)
    let top = Math.max(0, items().length - inView)
    const show = () => {
      const held = keys()
        .slice(top)
        .find((key) => items().find((item) => item.key === key)?.kind === "post")
      const into = held === undefined ? 0 : keys().indexOf(held) - top
      setItems(itemsNow())
      top = following() || held === undefined ? Math.max(0, items().length - inView) : keys().indexOf(held) - into
      setMoved((n) => n + 1)
    }
    const loads = createGapLoads(
      {
        app: { connection: () => ({ _tag: "live" }) },
        open: {
          view,
          load: async (place) => {
            asked.push(place)
            page(place)
            setView(shownNow())
            show()
            return "loaded"
          }
        }
      },
      {
        keys,
        shown: view,
        get: (key) => items().find((item) => item.key === key),
        indexOf: (key) => keys().indexOf(key)
      },
      {
        following,
        moved,
        placed: () => true,
        around: (views) => [Math.max(0, top - views * inView), Math.min(items().length, top + (views + 1) * inView) - 1]
      }
    )
    const seqOf = (key: string | undefined) => {
      const item = items().find((other) => other.key === key)
      return item?.kind === "post" ? item.row?.seq : undefined
    }
    return {
      asked,
      loads,
      end,
      gaps: () => feed.gaps.map(({ from, to }) => `${from}..${to}`),
      firstInView: () => seqOf(keys()[top]),
      /** Scrolls to this place among the items. */
      scrollTo: (place: number) => {
        setFollowing(false)
        top = place
        setMoved((n) => n + 1)
      },
      placeOf: (seq: number) => keys().indexOf(rows[seq - 1]?.id ?? "")
    }
  })

/** After as many loads in a row as there could be. */
const loaded = async () => {
  for (let n = 0; n < 2 * (count / pageRows); n++) await Promise.resolve()
  await settled()
}

it("a jump far up loads what is around the place, and not all that lies between it and the end", async () => {
  const { asked, end, firstInView, gaps, loads, placeOf, scrollTo } = timeline()
  await loads.load({ before: 525 })
  scrollTo(placeOf(490))
  await loaded()
  assert.deepStrictEqual(asked, [{ before: 525 }, { after: 524 }, { before: 475 }])
  assert.deepStrictEqual([firstInView(), ...gaps()], [490, "1..424", "575..4950"])
  end()
})

it("reading down, each page comes in below what is read", async () => {
  const { asked, end, firstInView, gaps, loads, placeOf, scrollTo } = timeline()
  await loads.load({ before: 525 })
  scrollTo(placeOf(500))
  await loaded()
  for (const seq of [540, 590, 640]) {
    scrollTo(placeOf(seq))
    await loaded()
    assert.strictEqual(firstInView(), seq)
  }
  assert.deepStrictEqual(asked.slice(1), [{ after: 524 }, { after: 574 }, { after: 624 }, { after: 674 }])
  assert.deepStrictEqual(gaps(), ["1..474", "725..4950"])
  end()
})

it("reading up, each page comes in above what is read", async () => {
  const { asked, end, firstInView, gaps, loads, placeOf, scrollTo } = timeline()
  await loaded()
  assert.deepStrictEqual(asked, [])
  scrollTo(placeOf(4_960))
  await loaded()
  assert.deepStrictEqual([asked, firstInView(), ...gaps()], [[{ before: 4_951 }], 4_960, "1..4900"])
  await loads.load({ before: 525 })
  scrollTo(placeOf(4_901))
  await loaded()
  assert.deepStrictEqual(asked.slice(2), [{ before: 4_901 }])
  assert.deepStrictEqual([firstInView(), ...gaps()], [4_901, "1..474", "525..4850"])
  end()
})

it("at the end, what is missing before it comes in before it", async () => {
  const { asked, end, gaps, loads } = timeline(120)
  await loads.load({ before: 525 })
  await loaded()
  assert.deepStrictEqual(asked, [
    { before: 4_951 },
    { before: 525 },
    { before: 4_901 },
    { before: 4_851 },
    { before: 4_801 }
  ])
  assert.deepStrictEqual(gaps(), ["1..474", "525..4750"])
  end()
})

it("a gap that is asked for while rows stand on both sides of it is filled below those that keep their place", async () => {
  const { asked, end, firstInView, gaps, loads, placeOf, scrollTo } = timeline()
  await loads.load({ before: 525 })
  scrollTo(placeOf(520))
  await loaded()
  assert.deepStrictEqual(asked.slice(1), [{ after: 524 }])
  assert.deepStrictEqual([firstInView(), ...gaps()], [520, "1..474", "575..4950"])
  end()
})
