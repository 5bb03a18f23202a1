/**
 * What this browser keeps of one account: its list, logs, outbox, drafts and the people it met. One database for each
 * account.
 * Where there is none (forbidden, full, or held by an older page), everything works from memory and from the network.
 */
import type { KeptFeed } from "@hibiki/core/client/feed/KeptFeed"
import type { KeptReads } from "@hibiki/core/client/list/ReadCursors"
import { isUnsentPost, type OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import type { AnyRow } from "@hibiki/core/domain/MessageRow"
import type { Person } from "@hibiki/core/domain/Person"
import { rowKinds } from "@hibiki/core/domain/RowKinds"
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb"

/** Raised with every change of the stores below; `upgrade` brings older ones here. */
const layout = 1
/** A new kind of row raises it too, since an older page kept no rows of that kind. */
const version = layout * 100 + rowKinds.length
/** Longest wait for a page of an older version to let go. */
const openMs = 3_000

/**
 * Of something that names a message by its number: the epoch of the view in which that was seen. Without one: the
 * present epoch.
 */
export interface Seen {
  readonly seenIn?: Epoch | null | undefined
}

export interface Draft extends Seen {
  readonly text: string
  readonly replyTo?: number
}

export interface KeptOutboxRow {
  readonly id: string
  /** The tab that answers for the row. */
  readonly tab: string
  readonly row: OutboxRow
}

/** A log's place; its rows, if any are kept, lie beside it and are right as of this cursor. */
export interface FeedHead extends Omit<KeptFeed, "rows"> {
  /** A log that has a place and no rows. */
  readonly bare?: true
}

export interface KeptList {
  readonly conversations: ReadonlyArray<ConversationSummary>
}

export interface HibikiStores extends DBSchema {
  meta: { key: string; value: { readonly epoch: Epoch | null } | { readonly writer: string } | KeptList | KeptReads }
  feeds: { key: ConversationId; value: FeedHead }
  rows: { key: [ConversationId, number]; value: AnyRow }
  outbox: { key: string; value: KeptOutboxRow; indexes: { tab: string } }
  drafts: { key: ConversationId; value: Draft & { readonly at: number }; indexes: { at: number } }
  people: { key: UserId; value: Person & { readonly at: number }; indexes: { at: number } }
}

export type Database = IDBPDatabase<HibikiStores>

export const databaseName = (userId: string): string => `hibiki-${userId}`

/** Undefined: there is none to be had now. `told`: whether it is there, whenever that changes; nothing before it is. */
export const openDatabase = async (
  userId: string,
  told: (isThere: boolean) => void = () => undefined
): Promise<Database | undefined> => {
  let late = false
  const opening = openAgain(userId, told).then(
    (database) => {
      if (late) database.close()
      else told(true)
      return database
    },
    // There is none, or the browser forbids it.
    () => undefined
  )
  return Promise.race([
    opening,
    new Promise<undefined>((resolve) =>
      setTimeout(() => {
        late = true
        resolve(undefined)
      }, openMs)
    )
  ])
}

/** Is opened again when the browser itself closes it, as some do while a page sleeps: tried once each time. */
const openAgain = async (userId: string, told: (isThere: boolean) => void): Promise<Database> => {
  let closed = false
  const connect = () => open(userId, { terminated, taken: () => told(false) })
  const terminated = () => {
    told(false)
    connect().then(
      (next) => {
        current = next
        if (closed) next.close()
        else told(true)
      },
      // This page goes on without.
      () => undefined
    )
  }
  let current = await connect()
  const close = () => {
    closed = true
    current.close()
  }
  return new Proxy(current, {
    get: (_first, name) => {
      if (name === "close") return close
      const value: unknown = Reflect.get(current, name)
      return typeof value === "function" ? value.bind(current) : value
    }
  })
}

interface Ends {
  readonly terminated: () => void
  /** A newer page has it from now on. */
  readonly taken: () => void
}

const open = async (userId: string, { taken, terminated }: Ends): Promise<Database> =>
  openDB<HibikiStores>(databaseName(userId), version, {
    upgrade: (database, before, _version, transaction) => {
      if (before > 0) {
        // Logs are read anew from the server. What only this browser has stays.
        void transaction.objectStore("feeds").clear()
        void transaction.objectStore("rows").clear()
        return
      }
      database.createObjectStore("meta")
      database.createObjectStore("feeds", { keyPath: "conversationId" })
      database.createObjectStore("rows")
      database.createObjectStore("outbox", { keyPath: "id" }).createIndex("tab", "tab")
      database.createObjectStore("drafts").createIndex("at", "at")
      database.createObjectStore("people", { keyPath: "userId" }).createIndex("at", "at")
    },
    // A newer page waits for this one: it gets the database, and this one goes on without.
    blocking: (_current, _wanted, event) => {
      if (event.target instanceof IDBDatabase) event.target.close()
      taken()
    },
    terminated
  })

/** All keys of a conversation's rows. */
export const rowsOf = (conversationId: ConversationId, from = 0, to = Number.MAX_SAFE_INTEGER): IDBKeyRange =>
  IDBKeyRange.bound([conversationId, from], [conversationId, to])

export interface Meta {
  readonly get: (key: string) => Promise<HibikiStores["meta"]["value"] | undefined>
}

/** Of what is kept of the logs; null before any is. */
export const epochOf = async (transaction: { readonly objectStore: (name: "meta") => Meta }): Promise<Epoch | null> => {
  const kept = await transaction.objectStore("meta").get("epoch")
  return kept !== undefined && "epoch" in kept ? kept.epoch : null
}

type Writing<Names extends ReadonlyArray<StoreNames<HibikiStores>>> = IDBPTransaction<HibikiStores, Names, "readwrite">

/**
 * One transaction: all that `run` writes, or none of it. `run` may wait for requests of the transaction, and for
 * nothing else.
 */
export const atomically = async <Names extends Array<StoreNames<HibikiStores>>, A>(
  database: Database,
  stores: Names,
  run: (transaction: Writing<Names>) => Promise<A>
): Promise<A> => {
  const transaction = database.transaction(stores, "readwrite")
  try {
    const answer = await run(transaction)
    await transaction.done
    return answer
  } catch (error) {
    // Refused by the platform before it became a request: the transaction knows nothing of that.
    transaction.done.catch(() => undefined)
    try {
      transaction.abort()
    } catch {
      // It failed by itself.
    }
    throw error
  }
}

/** What is spared where an account is forgotten: the outbox, and drafts with it where nobody chose to go. */
export type Spared = "outbox" | "outboxAndDrafts"

/**
 * Forgets everything but what is spared. Answers how many posts will still be sent: not those that were refused for
 * good.
 */
export const forgetAllBut = (spared: Spared, database: Database): Promise<number> =>
  atomically(database, ["meta", "feeds", "rows", "outbox", "drafts", "people"], async (transaction) => {
    const forgotten = [
      "meta",
      "feeds",
      "rows",
      "people",
      ...(spared === "outbox" ? (["drafts"] as const) : [])
    ] as const
    const cleared = forgotten.map((name) => transaction.objectStore(name).clear())
    const [kept] = await Promise.all([transaction.objectStore("outbox").getAll(), ...cleared])
    return kept.filter(({ row }) => isUnsentPost(row)).length
  })

/** For what is only a convenience: the page is right without it. */
export const orElse = async <A, B>(fallback: B, run: () => Promise<A>): Promise<A | B> => {
  try {
    return await run()
  } catch {
    return fallback
  }
}
