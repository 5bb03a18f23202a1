// @vitest-environment jsdom
import { assert, beforeEach, describe, it } from "@effect/vitest"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { CommandId, ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { createEffect, createRoot, createSignal } from "solid-js"
import { type Channel, silentChannel, type TabMessage } from "../../src/lib/tabs.ts"
import { draftsMax, makeDrafts } from "../../src/model/drafts.ts"
import { ListKeeper, newestFirst, readList, withReads } from "../../src/model/keptList.ts"
import { learnPeers, makePeople, peopleMax } from "../../src/model/people.ts"
import { makePresence } from "../../src/model/presence.ts"
import type { Chat } from "../../src/runtime/Chat.ts"
import { freshBrowser, open } from "../lib/memoryDatabase.ts"
import { until } from "../until.ts"

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`
const user = (n: number) => UserId.make(uuid(n))
const log = (n: number) => ConversationId.make(uuid(n))
const summary = (n: number, more: Partial<ConversationSummary>): ConversationSummary => ({
  conversationId: log(n),
  kind: "group",
  title: "",
  role: "member",
  history: "all",
  members: 2,
  head: 1,
  visibleFrom: 1,
  readUpTo: 0,
  unread: 0,
  ...more
})
const sent = CommandId.make(uuid(70))
const person = (n: number) => ({ userId: user(n), handle: `h${n}`, displayName: `Person ${n}` })

beforeEach(freshBrowser)

/** Values that a computation had, from the first on. */
const seen = <A>(read: () => A): { readonly values: Array<A>; readonly end: () => void } =>
  createRoot((end) => {
    const values: Array<A> = []
    createEffect(() => values.push(read()))
    return { values, end }
  })

describe("people", () => {
  const chatWho = (asked: Array<ReadonlyArray<UserId>>, knows: ReadonlyArray<number>): Chat => {
    const call = async (_tag: string, { userIds }: { readonly userIds: ReadonlyArray<UserId> }) => {
      asked.push(userIds)
      return { ok: true, value: knows.map(person).filter(({ userId }) => userIds.includes(userId)) }
    }
    return { call } as unknown as Chat
  }

  it("are asked for together, and shown when the answer is there", async () => {
    const asked: Array<ReadonlyArray<UserId>> = []
    const people = makePeople({ database: Promise.resolve(undefined), whenLive: async () => chatWho(asked, [1, 2]) })
    const { end, values } = seen(() => [1, 2, 3].map((n) => people.get(user(n))?.displayName))
    await until(() => values.at(-1)?.[1] === "Person 2")
    assert.deepStrictEqual(values.at(-1), ["Person 1", "Person 2", undefined])
    assert.deepStrictEqual(asked, [[user(1), user(2), user(3)]])
    // Whom nobody knows is not asked for again, also not with the next ones.
    for (const n of [3, 4]) people.get(user(n))
    await until(() => asked.length > 1)
    assert.deepStrictEqual(asked.slice(1), [[user(4)]])
    end()
  })

  it("are known from the database after a reload, and asked for once, for they may be called otherwise by now", async () => {
    const asked: Array<ReadonlyArray<UserId>> = []
    const database = open()
    makePeople({ database, whenLive: () => new Promise(() => undefined) }).learn([
      { ...person(1), displayName: "Old" },
      person(2)
    ])
    await until(async () => (await (await database).count("people")) === 2)
    let goLive = (_chat: Chat): void => undefined
    const live = new Promise<Chat>((resolve) => {
      goLive = resolve
    })
    const next = makePeople({ database, whenLive: () => live })
    const { end, values } = seen(() => [1, 2].map((n) => next.get(user(n))?.displayName))
    await until(() => values.at(-1)?.[1] !== undefined)
    assert.deepStrictEqual(values.at(-1), ["Old", "Person 2"])
    goLive(chatWho(asked, [1]))
    await until(() => values.at(-1)?.[0] === "Person 1")
    for (const n of [1, 2, 4]) next.get(user(n))
    await until(() => asked.length > 1)
    assert.deepStrictEqual(asked, [[user(1), user(2)], [user(4)]])
    assert.strictEqual((await (await database).get("people", user(1)))?.displayName, "Person 1")
    end()
  })

  it("are shown from the database while a question for others is under way", async () => {
    const database = open()
    makePeople({ database, whenLive: () => new Promise(() => undefined) }).learn([person(1)])
    await until(async () => (await (await database).count("people")) === 1)
    let isAsking = false
    const whenLive = () => {
      isAsking = true
      return new Promise<never>(() => undefined)
    }
    const next = makePeople({ database, whenLive })
    next.get(user(2))
    await until(() => isAsking)
    const { end, values } = seen(() => next.get(user(1))?.handle)
    await until(() => values.at(-1) === "h1")
    end()
  })

  it("know whoever is signed in, without a word to the database", async () => {
    const database = open()
    const people = makePeople({ database, me: person(1), whenLive: () => new Promise(() => undefined) })
    assert.strictEqual(people.get(user(1))?.displayName, "Person 1")
    people.learn([person(1), person(2)])
    await until(async () => (await (await database).count("people")) > 0)
    assert.deepStrictEqual(await (await database).getAllKeys("people"), [user(2)])
  })

  it("keep a name that was heard of later than a conversation's line, whatever else of the line changes", () => {
    const people = makePeople({ database: Promise.resolve(undefined), whenLive: () => new Promise(() => undefined) })
    const learn = learnPeers(people)
    const line = summary(1, { kind: "direct", peer: person(2) })
    learn([line])
    people.learn([{ ...person(2), displayName: "New" }])
    learn([{ ...line, unread: 1 }])
    assert.strictEqual(people.get(user(2))?.displayName, "New")
    learn([{ ...line, peer: { ...person(2), displayName: "Newest" } }])
    assert.strictEqual(people.get(user(2))?.displayName, "Newest")
  })

  it("are found by handle as soon as they are known, and no longer than that", () => {
    const people = makePeople({
      database: Promise.resolve(undefined),
      me: person(1),
      whenLive: () => new Promise(() => undefined)
    })
    const { end, values } = seen(() => [1, 2].map((n) => people.byHandle().get(`h${n}`)?.displayName))
    people.learn([person(2)])
    people.learn([{ ...person(2), displayName: "New" }])
    people.learn([person(2)].map((same) => ({ ...same, displayName: "New" })))
    assert.deepStrictEqual(values, [
      ["Person 1", undefined],
      ["Person 1", "Person 2"],
      ["Person 1", "New"]
    ])
    people.learn(Array.from({ length: peopleMax }, (_, n) => person(n + 3)))
    assert.strictEqual(people.byHandle().size, peopleMax)
    assert.deepStrictEqual(values.at(-1), [undefined, undefined])
    end()
  })

  it("tell only those who read a name that it changed", () => {
    const people = makePeople({ database: Promise.resolve(undefined), whenLive: () => new Promise(() => undefined) })
    people.learn([person(1), person(2)])
    const first = seen(() => people.get(user(1))?.displayName)
    const second = seen(() => people.get(user(2))?.displayName)
    people.learn([{ ...person(1), displayName: "New" }, person(2)])
    assert.deepStrictEqual(first.values, ["Person 1", "New"])
    assert.deepStrictEqual(second.values, ["Person 2"])
    first.end()
    second.end()
  })
})

describe("the order of the list", () => {
  let looks = 0
  const line = (n: number, at: number): ConversationSummary =>
    Object.defineProperty(summary(n, {}), "last", {
      get: () => {
        looks++
        return { at }
      }
    })
  const times = (list: ReadonlyArray<ConversationSummary>) => list.map(({ last }) => last?.at ?? 0)

  it("is mended by bringing one line to its place, which looks at few of many lines", () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => line(n, (n * 7_919) % 1_009))
    const before = newestFirst(lines)
    assert.strictEqual(newestFirst([...lines], before), before)
    for (const at of [2_000, 500, -1]) {
      const now = lines.map((each, n) => (n === 400 ? line(400, at) : each))
      looks = 0
      const after = newestFirst(now, before)
      assert.isAtMost(looks, 30)
      assert.deepStrictEqual(
        times(after),
        times(now).sort((a, b) => b - a)
      )
    }
  })

  it("is that of the client among lines of one time, also of one that changed", () => {
    const lines = Array.from({ length: 30 }, (_, n) => summary(n, {}))
    const now = lines.map((each, n) => (n === 12 ? summary(12, { unread: 1 }) : each))
    assert.deepStrictEqual(newestFirst(now, newestFirst(lines)), now)
  })

  it("is that of a sort, whatever came, went and changed", () => {
    let before: ReadonlyArray<ConversationSummary> = []
    let lines = Array.from({ length: 60 }, (_, n) => line(n, n))
    for (let round = 0; round < 40; round++) {
      const fresh = Array.from({ length: round % 30 }, (_, n) =>
        line(1_000 + round * 50 + n, (round * 37 + n * 11) % 97)
      )
      lines = [...lines.slice(round % 3), ...fresh].reverse()
      before = newestFirst(lines, before)
      assert.deepStrictEqual(
        times(before),
        times(lines).sort((a, b) => b - a)
      )
      assert.strictEqual(new Set(before).size, lines.length)
    }
  })
})

describe("drafts", () => {
  const hub = () => {
    const listeners = new Map<Channel, (message: TabMessage) => void>()
    const tab = (): Channel => {
      const channel: Channel = {
        post: (message) => {
          for (const [other, hear] of listeners) if (other !== channel) hear(message)
        },
        listen: (hear) => {
          listeners.set(channel, hear)
          return () => void listeners.delete(channel)
        }
      }
      return channel
    }
    return tab
  }

  it("are there after a reload, and gone when they were removed", async () => {
    const epoch = Epoch.make(uuid(9))
    const database = open()
    const drafts = makeDrafts("me", database, silentChannel)
    drafts.save(log(1), { text: "half a", replyTo: 3, seenIn: epoch })
    drafts.save(log(2), { text: "no" })
    drafts.save(log(2), undefined)
    assert.deepStrictEqual(await drafts.load(log(1)), { text: "half a", replyTo: 3, seenIn: epoch })
    drafts.close()
    await until(async () => (await (await database).count("drafts")) === 1)
    const next = makeDrafts("me", database, silentChannel)
    assert.deepStrictEqual(await next.load(log(1)), { text: "half a", replyTo: 3, seenIn: epoch })
    assert.isUndefined(await next.load(log(2)))
    const { end, values } = seen(() => [1, 2].map((n) => next.has(log(n))))
    await until(() => values.at(-1)?.[0] === true)
    assert.deepStrictEqual(values.at(-1), [true, false])
    end()
  })

  it("outlive the page until what they were sent as is kept, and not longer", async () => {
    const database = open()
    let keep = () => {}
    const kept = new Promise<void>((resolve) => {
      keep = resolve
    })
    const drafts = makeDrafts("me", database, silentChannel, () => kept)
    drafts.save(log(1), { text: "half" })
    drafts.save(log(1), { text: "half and half" })
    drafts.save(log(1), undefined, sent)
    assert.isUndefined(await drafts.load(log(1)))
    drafts.save(log(2), { text: "later" })
    drafts.flush()
    await until(async () => (await (await database).count("drafts")) === 2)
    const next = makeDrafts("me", database, silentChannel)
    assert.deepStrictEqual(await next.load(log(1)), { text: "half and half" })
    keep()
    await until(async () => (await (await database).count("drafts")) === 1)
    assert.isDefined(await (await database).get("drafts", log(2)))
    for (const each of [drafts, next]) each.close()
  })

  it("reach the person's other tabs at once, and nobody else's", async () => {
    const tab = hub()
    const none = Promise.resolve(undefined)
    const [a, b, stranger] = [
      makeDrafts("me", none, tab()),
      makeDrafts("me", none, tab()),
      makeDrafts("you", none, tab())
    ]
    a.save(log(1), { text: "x" })
    assert.deepStrictEqual(await b.load(log(1)), { text: "x" })
    assert.isUndefined(await stranger.load(log(1)))
    a.flush()
  })

  it("tell what another tab makes of them, of the conversation that is listened to, and nothing of what is written here", () => {
    const tab = hub()
    const none = Promise.resolve(undefined)
    const [a, b] = [makeDrafts("me", none, tab()), makeDrafts("me", none, tab())]
    const heard: Array<string | undefined> = []
    const end = b.onOther(log(1), (draft) => heard.push(draft?.text))
    a.save(log(1), { text: "x" })
    a.save(log(2), { text: "other" })
    b.save(log(1), { text: "here" })
    a.save(log(1), undefined)
    end()
    a.save(log(1), { text: "later" })
    assert.deepStrictEqual(heard, ["x", undefined])
    for (const drafts of [a, b]) drafts.close()
  })

  it("are counted by conversation, with those that were kept before and with changes of what was said", async () => {
    const database = open()
    for (const n of [1, 2]) await (await database).put("drafts", { text: "kept", at: n }, log(n))
    const drafts = makeDrafts("me", database, silentChannel)
    await until(() => drafts.has(log(2)))
    drafts.save(log(2), { text: "written on" })
    drafts.save(log(3), { text: "new" })
    for (const n of [3, 4])
      drafts.changes.set(log(n), { task: { kind: "edit", target: 1, text: "said" }, text: "to be said" })
    assert.strictEqual(drafts.count(), 4)
    drafts.save(log(1), undefined)
    drafts.changes.clear()
    assert.strictEqual(drafts.count(), 2)
    drafts.close()
  })

  it("are bounded in the database, the oldest going first", async () => {
    const database = open()
    const kept = await database
    for (let n = 1; n <= draftsMax; n++) await kept.put("drafts", { text: `${n}`, at: n }, log(n))
    const drafts = makeDrafts("me", database, silentChannel)
    drafts.save(log(9_001), { text: "new" })
    drafts.flush()
    await until(async () => (await kept.get("drafts", log(1))) === undefined)
    assert.strictEqual(await kept.count("drafts"), draftsMax)
    assert.isDefined(await kept.get("drafts", log(2)))
  })
})

describe("presence", () => {
  it("has the client watch what components watch, joined, until they are gone", async () => {
    const watched: Array<ReadonlyArray<UserId>> = []
    const states = new Map<UserId, UserPresence>()
    const presence = makePresence()
    presence.use({
      presence: (id) => states.get(id),
      isPresenceTold: () => true,
      watchUsers: (ids) => watched.push(ids)
    })
    const [list, setList] = createSignal([user(1)])
    const { end, values } = seen(() => presence.of(user(1))?.state)
    const endWatch = createRoot((end) => {
      presence.watch(list)
      presence.watch(() => [user(1), user(2)])
      return end
    })
    await Promise.resolve()
    assert.deepStrictEqual(watched.at(-1), [user(1), user(2)])
    setList([user(3)])
    await Promise.resolve()
    assert.deepStrictEqual(watched.at(-1), [user(3), user(1), user(2)])
    states.set(user(1), { userId: user(1), state: "idle", kinds: ["browser"] })
    presence.changed()
    presence.changed()
    assert.deepStrictEqual(values, [undefined, "idle"])
    endWatch()
    await Promise.resolve()
    assert.deepStrictEqual(watched.at(-1), [])
    presence.use(undefined)
    assert.deepStrictEqual(values, [undefined, "idle", undefined])
    end()
  })

  it("says whether all is known of those whom a component names: not before the answer, nor where more are named than may be", async () => {
    const watched: Array<ReadonlyArray<UserId>> = []
    let answered = false
    const presence = makePresence()
    presence.use({
      presence: () => undefined,
      isPresenceTold: (id) => answered && watched.at(-1)?.includes(id) === true,
      watchUsers: (ids) => watched.push(ids)
    })
    const some = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => user(from + n))
    const [line, setLine] = createSignal(some(1, 10))
    const { end, values } = createRoot((endWatch) => {
      presence.watch(line)
      const members = presence.watch(() => some(5, 200))
      const { end, values } = seen(members)
      return { values, end: () => [end(), endWatch()] }
    })
    await Promise.resolve()
    assert.lengthOf(watched.at(-1) ?? [], 200)
    presence.changed()
    assert.deepStrictEqual(values, [false])
    answered = true
    presence.changed()
    setLine([...some(1, 10), user(201)])
    await Promise.resolve()
    assert.deepStrictEqual([watched.at(-1)?.length, watched.at(-1)?.includes(user(200))], [200, false])
    setLine([])
    await Promise.resolve()
    assert.deepStrictEqual(values, [false, true, false, true])
    end()
  })
})

describe("the kept list", () => {
  it("is written by the tab that leads, when it is told to", async () => {
    const database = open()
    const keeper = new ListKeeper(database)
    keeper.changed([])
    keeper.flush()
    keeper.mayKeep = () => true
    assert.isUndefined(await readList(await database))
    keeper.changed([])
    keeper.flush()
    await until(async () => (await readList(await database)) !== undefined)
    keeper.stop()
  })

  it("holds how many messages mention the user, of which no more are left than there are above what was read since", async () => {
    const database = open()
    const keeper = new ListKeeper(database)
    keeper.mayKeep = () => true
    const line = summary(1, { head: 9, readUpTo: 4, unread: 5, mentions: 2 })
    keeper.changed([line])
    keeper.flush()
    await until(async () => (await readList(await database))?.length === 1)
    const kept = (await readList(await database)) ?? []
    assert.deepStrictEqual(kept, [line])
    assert.strictEqual(withReads(kept, new Map())[0], kept[0])
    assert.deepInclude(withReads(kept, new Map([[log(1), 5]]))[0], { unread: 4, mentions: 2 })
    assert.deepInclude(withReads(kept, new Map([[log(1), 8]]))[0], { unread: 1, mentions: 1 })
    assert.notProperty(withReads(kept, new Map([[log(1), 9]]))[0], "mentions")
    // One that was kept before there was such a number.
    assert.notProperty(withReads([summary(1, { head: 9, unread: 5 })], new Map([[log(1), 8]]))[0], "mentions")
    keeper.stop()
  })

  it("tells no more mentions than it has unread messages after what was read since", () => {
    const line = (mentions: number, readUpTo: number) =>
      summary(1, { head: 20, readUpTo, unread: 20 - readUpTo, mentions })
    const after = (upTo: number) => withReads([line(4, 10)], new Map([[log(1), upTo]]))
    assert.deepStrictEqual(after(10), [line(4, 10)])
    assert.deepStrictEqual(after(15), [line(4, 15)])
    assert.deepStrictEqual(after(18), [line(2, 18)])
    assert.deepStrictEqual(after(20), [summary(1, { head: 20, readUpTo: 20 })])
  })
})
