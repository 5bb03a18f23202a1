/**
 * Names of the people known so far, by id. They come from other answers, from the database, or from requests in
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

/** Maximum people in memory and in the database; beyond it those met first are dropped. */
export const peopleMax = 5_000
/** Maximum ids in one request. */
export const askedAtOnce = 200
/** Minimum time before the same id is requested again, so that each row of an unknown user does not cause a request. */
const askAgainMs = 60_000
const gatherMs = 30
/** Readers of this key run again when anybody new becomes known. */
const anyHandle = "handle"

export interface PeopleOptions {
  /**
   * The signed-in user, whose details the session stores. A start need not write them here; its reads would wait for
   * that write.
   */
  readonly me?: Person
  readonly database: Promise<Database | undefined>
  readonly whenLive: () => Promise<Chat>
}

export type PeopleBook = Omit<People, "name">

export const makePeople = ({ database, me, whenLive }: PeopleOptions): PeopleBook => {
  const { byHandle, known, old, show, triggers } = makeKnown()
  const asked = new Map<UserId, number>()
  /** Ids whose look-up is in progress. */
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
    // Counts from now on: when the other names appear, a name that is still missing does not cause another request.
    noteAsked(userIds, Date.now())
    const answer = await chat.call("user.byIds", { userIds })
    if (answer.ok) learn(answer.value)
    else noteAsked(userIds, Date.now() - askAgainMs / 2)
    for (const userId of userIds) {
      wanted.delete(userId)
      // The server knows no newer name of a user who is missing in the answer either.
      if (answer.ok) old.delete(userId)
    }
  })
  const look = inBatches(gatherMs, async (userIds) => {
    const unknown = userIds.filter((userId) => !known.has(userId))
    const kept = await orElse([], async () => {
      const store = (await database)?.transaction("people").store
      return store === undefined ? [] : Promise.all(unknown.map((userId) => store.get(userId)))
    })
    // People who became known meanwhile are newer than the database.
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

/** The known people, at most `peopleMax`, and the signals of their readers. */
const makeKnown = () => {
  const known = new Map<UserId, Person>()
  const handles = new Map<string, Person>()
  /** People known only from the database, as of the last visit. */
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
    /** Adds these people; returns those who are new or have changed. */
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

/** Collects ids for `ms` and passes them on together, one batch after the other. `run` must not throw. */
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
 * Learns the peers of a list each time that the list changes. Skips a peer object that was seen before: it stays the
 * same while the rest of its summary changes, and another answer may have given a newer name since.
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
