/**
 * Names of the people met so far, by id: from answers that told them anyway, from the database, or asked for in
 * batches.
 */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { Person } from "@hibiki/core/domain/Person"
import { type Database, orElse } from "../lib/database.ts"
import { Triggers } from "../lib/triggers.ts"
import type { Chat } from "../runtime/Chat.ts"
import type { People } from "./App.ts"

/** Remembered in memory and in the database; beyond it those met first are forgotten. */
export const peopleMax = 5_000
/** Ids in one question. */
export const askedAtOnce = 200
/** Asked for again no sooner than this: who has no name now is not asked about with every row. */
const askAgainMs = 60_000
const gatherMs = 30
/** Under this key readers hear of whoever is new. */
const anyHandle = "handle"

export interface PeopleOptions {
  /**
   * Known by the sign-in, which is kept elsewhere: a start has no need to write it, and what it reads would wait for
   * that.
   */
  readonly me?: Person
  readonly database: Promise<Database | undefined>
  readonly whenLive: () => Promise<Chat>
}

export type PeopleBook = Omit<People, "name">

export const makePeople = ({ database, me, whenLive }: PeopleOptions): PeopleBook => {
  const { byHandle, known, old, show, triggers } = makeKnown()
  const asked = new Map<UserId, number>()
  /** Looked for, and not answered yet. */
  const wanted = new Set<UserId>()

  const learn = (people: ReadonlyArray<Person>) => {
    for (const { userId } of people) old.delete(userId)
    const news = show(people)
    if (news.length > 0) void orElse(undefined, async () => keep(await database, news))
  }
  const noteAsked = (userIds: ReadonlyArray<UserId>, at: number) => {
    for (const userId of userIds) asked.set(userId, at)
    for (const oldest of asked.keys()) {
      if (asked.size <= peopleMax) break
      asked.delete(oldest)
    }
  }
  const ask = inBatches(0, async (userIds) => {
    const chat = await whenLive()
    // From now on: a name that is still missing when the others are shown is not asked for by that.
    noteAsked(userIds, Date.now())
    const answer = await chat.call("user.byIds", { userIds })
    if (answer.ok) learn(answer.value)
    else noteAsked(userIds, Date.now() - askAgainMs / 2)
    for (const userId of userIds) {
      wanted.delete(userId)
      // Who is not named in the answer has no newer name either.
      if (answer.ok) old.delete(userId)
    }
  })
  const look = inBatches(gatherMs, async (userIds) => {
    const unknown = userIds.filter((userId) => !known.has(userId))
    const kept = await orElse([], async () => {
      const store = (await database)?.transaction("people").store
      return store === undefined ? [] : Promise.all(unknown.map((userId) => store.get(userId)))
    })
    // Whoever was heard of meanwhile is known better than that.
    const remembered = kept.flatMap((person) => (person === undefined || known.has(person.userId) ? [] : person))
    for (const { userId } of remembered) old.add(userId)
    show(remembered)
    for (const userId of userIds) {
      if (!known.has(userId) || old.has(userId)) ask(userId)
      else wanted.delete(userId)
    }
  })
  const want = (userId: UserId) => {
    const before = asked.get(userId)
    if (wanted.has(userId) || (before !== undefined && Date.now() - before < askAgainMs)) return
    wanted.add(userId)
    look(userId)
  }
  const get = (userId: UserId): Person | undefined => {
    triggers.track(userId)
    const person = known.get(userId)
    if (person === undefined || old.has(userId)) want(userId)
    return person
  }
  if (me !== undefined) show([me])
  return { get, learn, byHandle }
}

/** The people themselves, so many at most, and who reads of them. */
const makeKnown = () => {
  const known = new Map<UserId, Person>()
  const handles = new Map<string, Person>()
  /** Known only as they were when the page was here last. */
  const old = new Set<UserId>()
  const triggers = new Triggers<UserId | typeof anyHandle>()
  return {
    known,
    old,
    triggers,
    byHandle: () => {
      triggers.track(anyHandle)
      return handles
    },
    /** Those of whom it is news. */
    show: (people: ReadonlyArray<Person>): ReadonlyArray<Person> => {
      const news = people
        .map(({ displayName, handle, userId }) => ({ userId, handle, displayName: shownName(displayName) }))
        .filter(({ displayName, handle, userId }) => {
          const before = known.get(userId)
          return before === undefined || before.displayName !== displayName || before.handle !== handle
        })
      for (const person of news) {
        const { handle, userId } = person
        known.delete(userId)
        known.set(userId, person)
        handles.set(handle, person)
        triggers.dirty(userId)
      }
      for (const [oldest, { handle }] of known) {
        if (known.size <= peopleMax) break
        known.delete(oldest)
        handles.delete(handle)
        old.delete(oldest)
      }
      if (news.length > 0) triggers.dirty(anyHandle)
      return news
    }
  }
}

/** Gathers ids for a moment and hands them over together, one batch after the other. `run` must not throw. */
const inBatches = (ms: number, run: (userIds: ReadonlyArray<UserId>) => Promise<void>): ((userId: UserId) => void) => {
  const waiting = new Set<UserId>()
  let busy = false
  const gather = () => {
    if (busy || waiting.size === 0) return
    busy = true
    setTimeout(() => {
      const userIds = [...waiting].slice(0, askedAtOnce)
      for (const userId of userIds) waiting.delete(userId)
      void run(userIds).finally(() => {
        busy = false
        gather()
      })
    }, ms)
  }
  return (userId) => {
    waiting.add(userId)
    gather()
  }
}

/**
 * Learns the peers of a list each time that it changes. A peer that was seen before is not learned again: nothing
 * renews it while the rest of its line changes, and somebody else may have told a newer name since.
 */
export const learnPeers = (people: Pick<PeopleBook, "learn">): ((list: ReadonlyArray<ConversationSummary>) => void) => {
  const seen = new WeakSet<Person>()
  return (list) => {
    const news = list.flatMap(({ peer }) => (peer === undefined || seen.has(peer) ? [] : peer))
    for (const peer of news) seen.add(peer)
    people.learn(news)
  }
}

const keep = async (database: Database | undefined, people: ReadonlyArray<Person>): Promise<void> => {
  if (database === undefined) return
  const transaction = database.transaction("people", "readwrite")
  const at = Date.now()
  for (const { displayName, handle, userId } of people) await transaction.store.put({ userId, handle, displayName, at })
  let excess = (await transaction.store.count()) - peopleMax
  for (
    let cursor = excess > 0 ? await transaction.store.index("at").openCursor() : null;
    cursor !== null && excess > 0;
    excess--
  ) {
    await cursor.delete()
    cursor = await cursor.continue()
  }
  await transaction.done
}
