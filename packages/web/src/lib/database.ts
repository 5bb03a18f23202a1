/**
 * The data that this browser stores of one account: its list, logs, outbox, drafts and known people. One database for
 * each account. Without a database (forbidden, full, or in use by an older page), everything works from memory and from
 * the network.
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

/** Increased with every change of the stores below; `upgrade` migrates older ones. */
const layout = 1
/** A new kind of row increases it too, since an older page stored no rows of that kind. */
const version = layout * 100 + rowKinds.length
/** Maximum wait for a page of an older version to close its connection. */
const openMs = 3_000

/**
 * The epoch of the view in which the user saw a message that a command names by its number. Undefined: the present
 * epoch.
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
  /** The tab that sends the row. */
  readonly tab: string
  readonly row: OutboxRow
}

/** A log's cursor. Its rows, if any are stored, are in the store `rows` and belong to this cursor. */
export interface FeedHead extends Omit<KeptFeed, "rows"> {
  /** A log that has a cursor and no rows. */
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

/**
 * Resolves to undefined if no database is available. `told`: called with its availability at each change, not before
 * the first success.
 */
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
    // The browser has no database or forbids it.
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

/**
 * Opens the database again when the browser itself closes it, as some do while a page sleeps. One attempt each time.
 */
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
      // This page continues without a database.
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
  /** Called when a newer page takes over the database. */
  readonly taken: () => void
}

const open = async (userId: string, { taken, terminated }: Ends): Promise<Database> =>
  openDB<HibikiStores>(databaseName(userId), version, {
    upgrade: (database, before, _version, transaction) => {
      if (before > 0) {
        // Logs are read again from the server. Data that only this browser has stays.
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
    // A newer page waits for this one: close the database for it, and continue without.
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

/** Returns the epoch of the stored logs; null before any is stored. */
export const epochOf = async (transaction: { readonly objectStore: (name: "meta") => Meta }): Promise<Epoch | null> => {
  const kept = await transaction.objectStore("meta").get("epoch")
  return kept !== undefined && "epoch" in kept ? kept.epoch : null
}

type Writing<Names extends ReadonlyArray<StoreNames<HibikiStores>>> = IDBPTransaction<HibikiStores, Names, "readwrite">

/**
 * Runs one transaction: it stores everything that `run` writes, or nothing. `run` may only wait for requests of the
 * transaction.
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
    // The platform rejected it before it became a request, so the transaction does not fail by itself.
    transaction.done.catch(() => undefined)
    try {
      transaction.abort()
    } catch {
      // It had already failed.
    }
    throw error
  }
}

/**
 * The data that stays when an account's data is deleted: the outbox, plus drafts when the user did not choose to sign
 * out.
 */
export type Spared = "outbox" | "outboxAndDrafts"

/**
 * Deletes everything but the spared data. Returns how many posts will still be sent, without those that were rejected
 * for good.
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

/** For optional data: the page is correct without it. */
export const orElse = async <A, B>(fallback: B, run: () => Promise<A>): Promise<A | B> => {
  try {
    return await run()
  } catch {
    return fallback
  }
}
