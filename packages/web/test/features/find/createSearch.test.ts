/** Which answers a search takes, how it goes on, and where it stops. */
import { assert, it } from "@effect/vitest"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { createRoot } from "solid-js"
import { type Asked, createSearch, hitsAtMost, type SearchCall } from "../../../src/features/find/createSearch.ts"

const uuid = (kind: number, n: number) =>
  `0190${kind.toString().padStart(4, "0")}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
const id = (n: number) => ConversationId.make(uuid(3, n))
const hit = (n: number, seq: number) => ({
  conversationId: id(n),
  row: {
    seq,
    rev: seq,
    id: CommandId.make(uuid(2, seq)),
    by: UserId.make(uuid(1, 1)),
    at: seq,
    kind: "posted" as const,
    text: "found"
  }
})
type Result = Awaited<ReturnType<SearchCall>>
const found = (...hits: ReadonlyArray<ReturnType<typeof hit>>): Result => ({ ok: true, value: { hits } })
const asked = (text: string, ...ids: ReadonlyArray<number>): Asked => ({ text, scope: "all", ids: ids.map(id) })

/** A search whose calls are answered by hand, and what it asked. */
const searching = () => {
  const calls: Array<{
    readonly payload: Parameters<SearchCall>[0]
    readonly answer: (result: Result) => Promise<void>
  }> = []
  const { dispose, search } = createRoot((end) => ({
    dispose: end,
    search: createSearch(
      (payload) =>
        new Promise<Result>((resolve) => {
          calls.push({
            payload,
            answer: async (result) => {
              resolve(result)
              await Promise.resolve()
              await new Promise((next) => setTimeout(next, 0))
            }
          })
        })
    )
  }))
  const seen = () => search.now()?.hits.map(({ row }) => row.seq)
  return { search, calls, seen, dispose }
}

it("shows the answer of the newest question, in whichever order answers come", async () => {
  const { calls, search, seen } = searching()
  search.ask(asked("old", 1))
  search.ask(asked("new", 1))
  await calls[1]?.answer(found(hit(1, 7)))
  await calls[0]?.answer(found(hit(1, 3)))
  assert.deepStrictEqual([search.now()?.text, seen(), search.now()?.looking], ["new", [7], false])
  search.ask(asked("third", 1))
  search.forget()
  await calls[2]?.answer(found(hit(1, 3)))
  assert.isUndefined(search.now())
})

it("goes on where an answer says, once at a time, and keeps what was found", async () => {
  const { calls, search, seen } = searching()
  search.ask(asked("word", 1, 2))
  search.further()
  assert.lengthOf(calls, 1)
  await calls[0]?.answer({ ok: true, value: { hits: [hit(1, 9)], next: { conversationId: id(2), before: 5 } } })
  search.further()
  search.further()
  assert.deepStrictEqual(
    calls.map(({ payload }) => payload),
    [
      { text: "word", conversationIds: [id(1), id(2)] },
      { text: "word", conversationIds: [id(2)], before: 5 }
    ]
  )
  assert.deepStrictEqual(seen(), [9])
  await calls[1]?.answer(found(hit(2, 4)))
  assert.deepStrictEqual([seen(), search.now()?.place], [[9, 4], undefined])
  search.further()
  assert.lengthOf(calls, 2)
})

it("keeps what it has when no answer comes, and asks the same once more", async () => {
  const { calls, search, seen } = searching()
  search.ask(asked("word", 1))
  await calls[0]?.answer({ ok: true, value: { hits: [hit(1, 9)], next: { conversationId: id(1), before: 5 } } })
  search.further()
  await calls[1]?.answer({ ok: false, error: { _tag: "Unreachable" } })
  assert.deepStrictEqual([seen(), search.now()?.error?._tag, search.now()?.looking], [[9], "Unreachable", false])
  search.further()
  assert.isUndefined(search.now()?.error)
  assert.deepStrictEqual(calls[2]?.payload, calls[1]?.payload)
})

it("gathers no more than a page can hold, and asks nothing where there is nothing to look through", async () => {
  const { calls, search } = searching()
  search.ask(asked("word", 1))
  const many = Array.from({ length: hitsAtMost + 1 }, (_, n) => hit(1, hitsAtMost + 1 - n))
  await calls[0]?.answer({ ok: true, value: { hits: many, next: { conversationId: id(1), before: 1 } } })
  assert.lengthOf(search.now()?.hits ?? [], hitsAtMost)
  search.further()
  assert.lengthOf(calls, 1)
  search.ask(asked("word"))
  assert.lengthOf(calls, 1)
  assert.deepStrictEqual([search.now()?.hits, search.now()?.looking], [[], false])
})
