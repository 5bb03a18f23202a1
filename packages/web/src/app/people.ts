/** Names of the people met so far, by id: from answers that told them anyway, from the database, or asked for in batches. */
import type { Person } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
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

export interface PeopleOptions {
  readonly database: Promise<Database | undefined>
  readonly whenLive: () => Promise<Chat>
}

export type PeopleBook = Omit<People, "name">

export const makePeople = ({ database, whenLive }: PeopleOptions): PeopleBook => {
  const known = new Map<UserId, Person>()
  const asked = new Map<UserId, number>()
  const wanted = new Set<UserId>()
  const triggers = new Triggers<UserId>()
  let gathering = false

  const learn = (people: ReadonlyArray<Person>, keeps = true) => {
    const news = people.filter(({ displayName, handle, userId }) => {
      const before = known.get(userId)
      return before === undefined || before.displayName !== displayName || before.handle !== handle
    })
    for (const { displayName, handle, userId } of news) {
      known.delete(userId)
      known.set(userId, { userId, handle, displayName })
      triggers.dirty(userId)
    }
    for (const oldest of known.keys()) {
      if (known.size <= peopleMax) break
      known.delete(oldest)
    }
    if (keeps && news.length > 0) void orElse(undefined, async () => keep(await database, news))
  }
  const ask = async (): Promise<void> => {
    const kept = await orElse([], async () => {
      const store = (await database)?.transaction("people").store
      return store === undefined ? [] : Promise.all([...wanted].map((userId) => store.get(userId)))
    })
    learn(
      kept.flatMap((person) => person ?? []),
      false
    )
    for (const userId of wanted) if (known.has(userId)) wanted.delete(userId)
    if (wanted.size === 0) return
    const chat = await whenLive()
    const userIds = [...wanted].slice(0, askedAtOnce)
    // From now on: a name that is still missing when the others are shown is not asked for by that.
    for (const userId of userIds) {
      wanted.delete(userId)
      asked.set(userId, Date.now())
    }
    const answer = await chat.call("user.byIds", { userIds })
    if (answer.ok) learn(answer.value)
    if (!answer.ok) for (const userId of userIds) asked.set(userId, Date.now() - askAgainMs / 2)
    for (const userId of asked.keys()) {
      if (asked.size <= peopleMax) break
      asked.delete(userId)
    }
  }
  const gather = () => {
    if (gathering || wanted.size === 0) return
    gathering = true
    setTimeout(() => {
      void ask().finally(() => {
        gathering = false
        gather()
      })
    }, gatherMs)
  }
  const want = (userId: UserId) => {
    const before = asked.get(userId)
    if (wanted.has(userId) || (before !== undefined && Date.now() - before < askAgainMs)) return
    wanted.add(userId)
    gather()
  }
  const get = (userId: UserId): Person | undefined => {
    triggers.track(userId)
    const person = known.get(userId)
    if (person === undefined) want(userId)
    return person
  }
  return { get, learn: (people) => learn(people) }
}

const keep = async (database: Database | undefined, people: ReadonlyArray<Person>): Promise<void> => {
  if (database === undefined) return
  const transaction = database.transaction("people", "readwrite")
  const at = Date.now()
  for (const { displayName, handle, userId } of people) await transaction.store.put({ userId, handle, displayName, at })
  let excess = (await transaction.store.count()) - peopleMax
  for (let cursor = excess > 0 ? await transaction.store.index("at").openCursor() : null; cursor !== null && excess > 0; excess--) {
    await cursor.delete()
    cursor = await cursor.continue()
  }
  await transaction.done
}
