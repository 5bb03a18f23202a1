// @vitest-environment jsdom
/** What a notification says of who wrote, whether their name is known or not yet. */
import { afterEach, assert, beforeEach, it, vi } from "@effect/vitest"
import type { Person } from "@hibiki/core/domain/Person"
import { createSignal } from "solid-js"
import { createListState } from "../../../src/features/conversations/createListState.ts"
import { NotificationsHere } from "../../../src/features/notifications/NotificationsHere.tsx"
import { en } from "../../../src/i18n/en.ts"
import { now, person, stage, summary, userId } from "../../ui/stage.tsx"

const standing = new Map<string, string>()
class FakeNotification extends EventTarget {
  readonly #tag: string
  constructor(_title: string, { body = "", tag = "" }: NotificationOptions) {
    super()
    this.#tag = tag
    standing.set(tag, body)
  }
  close(): void {
    standing.delete(this.#tag)
  }
}

beforeEach(() => {
  standing.clear()
  vi.useFakeTimers()
  vi.stubGlobal("Notification", FakeNotification)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A group, in which a member has written who never did so before. */
const room = (seq: number, text: string, unread = 1) => {
  const last = {
    seq,
    rev: seq,
    id: summary(1).conversationId as never,
    by: userId(3),
    at: now,
    kind: "posted",
    text
  } as const
  return summary(1, { unread, last })
}
const open = async () => {
  const [carol, setCarol] = createSignal<Person>()
  const name = () => carol()?.displayName ?? en.app.somebody
  const Page = () => {
    const list = createListState()
    return <NotificationsHere list={list} />
  }
  const { setConversations } = stage(Page, {
    conversations: [summary(1)],
    app: { attentive: () => false, people: { get: () => carol(), name, byHandle: () => new Map(), learn: () => {} } }
  })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  await pass(0)
  return {
    bodies: () => [...standing.values()],
    pass,
    say: async (...said: Parameters<typeof room>) => {
      setConversations([room(...said)])
      await pass(0)
    },
    learnName: () => setCarol(person(3, "Carol"))
  }
}

it("a notification names who wrote, once the name is known, and at once where it is", async () => {
  const { bodies, learnName, pass, say } = await open()
  await say(11, "hi")
  await pass(500)
  assert.deepStrictEqual(bodies(), [])
  learnName()
  assert.deepStrictEqual(bodies(), ["Carol: hi"])
  await say(12, "there?", 2)
  assert.deepStrictEqual(bodies(), ["Carol: there?"])
  await pass(2_000)
  assert.deepStrictEqual(bodies(), ["Carol: there?"])
})

it("a notification does not wait long for a name, and tells the newest only", async () => {
  const { bodies, learnName, pass, say } = await open()
  await say(11, "hi")
  await pass(900)
  await say(12, "there?", 2)
  await pass(900)
  assert.deepStrictEqual(bodies(), [])
  await pass(100)
  assert.deepStrictEqual(bodies(), [`${en.app.somebody}: there?`])
  learnName()
  assert.deepStrictEqual(bodies(), [`${en.app.somebody}: there?`])
})

it("a notification that waits for a name does not come when the conversation was read", async () => {
  const { bodies, learnName, pass, say } = await open()
  await say(11, "hi")
  await say(11, "hi", 0)
  learnName()
  await pass(2_000)
  assert.deepStrictEqual(bodies(), [])
})

it("a notification says that its message mentions one", async () => {
  const { bodies, learnName, say } = await open()
  learnName()
  await say(11, "hi @user1")
  assert.deepStrictEqual(bodies(), [`${en.chat.row.mention} · Carol: hi @user1`])
  await say(12, "hi @user12", 2)
  assert.deepStrictEqual(bodies(), ["Carol: hi @user12"])
})
