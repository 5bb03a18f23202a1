/**
 * A client's cursors and rows in the account's database. One tab writes at a time: it claims the store. Every save
 * checks the claim in its own transaction, so that a tab that lost the claim damages nothing. A tab that does not write
 * loads the data that fits its state at the start, and its saves fail. Its client then holds everything ready for a
 * complete save, in case this tab becomes the writer. Any tab saves read positions while a claim exists.
 */

import type { FeedChange, KeptFeed } from "@hibiki/core/client/feed/KeptFeed"
import { changeReads, type KeptReads, type ReadsChange, readsOf } from "@hibiki/core/client/list/ReadCursors"
import {
  ClientStore,
  ClientStoreFailed,
  type KeptCursors,
  type StoreChange
} from "@hibiki/core/client/store/ClientStore"
import type { ConversationId, Epoch } from "@hibiki/core/domain/Ids"
import { Effect, Layer } from "effect"
import type { IDBPTransaction } from "idb"
import { atomically, type Database, epochOf, type HibikiStores, type Meta, rowsOf } from "../lib/database.ts"

type Writing = IDBPTransaction<HibikiStores, Array<"meta" | "feeds" | "rows">, "readwrite">
const stores: Array<"meta" | "feeds" | "rows"> = ["meta", "feeds", "rows"]

interface Loaded {
  readonly epoch: Epoch | null
  readonly cursors: ReadonlyMap<ConversationId, number>
}

export class ClientStoreIdb {
  readonly #database: Database
  readonly #tab: string
  #writes: boolean
  /** Claimed, but nothing saved yet. */
  #takesOver = false
  /** The cursors that `load` returned. Rows that belong to other cursors are of no use to this client. */
  #loaded: Loaded = { epoch: null, cursors: new Map() }

  constructor(database: Database, tab: string, writes: boolean) {
    this.#database = database
    this.#tab = tab
    this.#writes = writes
  }

  readonly layer = Layer.sync(ClientStore, () =>
    ClientStore.of({
      load: attempt("load", () => this.#load()),
      feed: (conversationId) => attempt("feed", () => this.#feed(conversationId)),
      save: (change) => attempt("save", () => this.#save(change)),
      saveReads: (epoch, change) => attempt("saveReads", () => saveReads(this.#database, epoch, change))
    })
  )

  /**
   * Makes this tab the writer. Its first save deletes the data that another tab wrote since this one's start, in the
   * same transaction, because this client's saves contain it all. Until then a page that opens meanwhile can read that
   * data.
   */
  async claim(): Promise<void> {
    await atomically(this.#database, stores, async (transaction) => {
      await transaction.objectStore("meta").put({ writer: this.#tab }, "writer")
    })
    this.#writes = true
    this.#takesOver = true
  }

  async #load(): Promise<KeptCursors> {
    const [epoch, heads, reads] = await atomically(this.#database, stores, async (transaction) => {
      if (this.#writes) await transaction.objectStore("meta").put({ writer: this.#tab }, "writer")
      return Promise.all([
        epochOf(transaction),
        transaction.objectStore("feeds").getAll(),
        keptReads(transaction.objectStore("meta"))
      ])
    })
    const cursors = heads.map(({ conversationId, cursor }) => [conversationId, cursor] as const)
    this.#loaded = { epoch, cursors: new Map(cursors) }
    return { epoch, cursors, reads: readsOf(reads, epoch) }
  }

  async #feed(conversationId: ConversationId): Promise<KeptFeed | undefined> {
    const transaction = this.#database.transaction(stores)
    const [epoch, head, rows] = await Promise.all([
      epochOf(transaction),
      transaction.objectStore("feeds").get(conversationId),
      transaction.objectStore("rows").getAll(rowsOf(conversationId))
    ])
    if (head === undefined || head.bare === true || epoch !== this.#loaded.epoch) return undefined
    return head.cursor === this.#loaded.cursors.get(conversationId) ? { ...head, rows } : undefined
  }

  async #save(change: StoreChange): Promise<void> {
    if (!this.#writes) throw new Error("another tab writes")
    await atomically(this.#database, stores, async (transaction) => {
      const [claim, epoch] = await Promise.all([transaction.objectStore("meta").get("writer"), epochOf(transaction)])
      if (claim === undefined || !("writer" in claim) || claim.writer !== this.#tab) {
        this.#writes = false
        throw new Error("another tab writes")
      }
      if (this.#takesOver) await dropUseless(transaction, epoch, this.#loaded)
      const fresh = epoch === change.epoch ? [] : [anew(transaction, change.epoch)]
      await Promise.all([
        ...fresh,
        ...change.feeds.map((feed) => keep(transaction, feed)),
        ...change.gone.map((log) => drop(transaction, log)),
        raise(transaction, change.cursors)
      ])
    })
    this.#takesOver = false
  }
}

const attempt = <A>(operation: ClientStoreFailed["operation"], run: () => Promise<A>) =>
  Effect.tryPromise({ try: run, catch: (cause) => new ClientStoreFailed({ operation, cause }) })

const keptReads = async (meta: Meta): Promise<KeptReads | undefined> => {
  const kept = await meta.get("reads")
  return kept !== undefined && "reads" in kept ? kept : undefined
}

const saveReads = (database: Database, epoch: Epoch, change: ReadsChange): Promise<void> =>
  atomically(database, ["meta"], async (transaction) => {
    const meta = transaction.objectStore("meta")
    // The sign-out deleted the claim with all other data.
    if ((await meta.get("writer")) === undefined) throw new Error("nobody writes")
    await meta.put(changeReads(await keptReads(meta), epoch, change), "reads")
  })

/** Deletes the data that belongs to other cursors than those that this tab started from. */
const dropUseless = async (transaction: Writing, epoch: Epoch | null, loaded: Loaded): Promise<void> => {
  const heads = await transaction.objectStore("feeds").getAll()
  const useless = heads.filter(
    (head) => epoch !== loaded.epoch || loaded.cursors.get(head.conversationId) !== head.cursor
  )
  await Promise.all(useless.map(({ conversationId }) => drop(transaction, conversationId)))
}

const anew = (transaction: Writing, epoch: Epoch): Promise<unknown> =>
  Promise.all([
    transaction.objectStore("feeds").clear(),
    transaction.objectStore("rows").clear(),
    transaction.objectStore("meta").put({ epoch }, "epoch")
  ])

const keep = (
  transaction: Writing,
  { anew, conversationId, cursor, from, gaps, put, stale }: FeedChange
): Promise<unknown> => {
  const rows = transaction.objectStore("rows")
  const dropped = anew ? rowsOf(conversationId) : from > 0 ? rowsOf(conversationId, 0, from - 1) : undefined
  return Promise.all([
    dropped === undefined ? undefined : rows.delete(dropped),
    // Async, so that a row that the platform rejects synchronously fails as the others would.
    ...put.map(async (row) => rows.put(row, [conversationId, row.seq])),
    transaction.objectStore("feeds").put({ conversationId, cursor, gaps, stale })
  ])
}

const raise = (transaction: Writing, cursors: StoreChange["cursors"]): Promise<unknown> => {
  const feeds = transaction.objectStore("feeds")
  return Promise.all(
    cursors.map(async ([conversationId, seq]) => {
      const head = await feeds.get(conversationId)
      if (head === undefined) await feeds.put({ conversationId, cursor: seq, gaps: [], stale: [], bare: true })
      else if (seq > head.cursor) await feeds.put({ ...head, cursor: seq })
    })
  )
}

const drop = (transaction: Writing, conversationId: ConversationId): Promise<unknown> =>
  Promise.all([
    transaction.objectStore("feeds").delete(conversationId),
    transaction.objectStore("rows").delete(rowsOf(conversationId))
  ])
