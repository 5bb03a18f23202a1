/**
 * A client's places and rows in the account's database. One tab writes at a time: it claims the store, and every save looks at the claim
 * in its own transaction, so that a tab that was overtaken spoils nothing. A tab that does not write takes what fits what it read at its start, and
 * its saves fail: its client then holds everything ready to be kept whole, for when this tab comes to write.
 */
import { ClientStore, ClientStoreFailed, type KeptCursors, type StoreChange } from "@hibiki/core/client/ClientStore"
import type { FeedChange, KeptFeed } from "@hibiki/core/client/KeptFeed"
import type { ConversationId, Epoch } from "@hibiki/core/domain/Ids"
import { Effect, Layer } from "effect"
import type { IDBPTransaction } from "idb"
import { type Database, type HibikiStores, rowsOf } from "../lib/database.ts"

type Writing = IDBPTransaction<HibikiStores, Array<"meta" | "feeds" | "rows">, "readwrite">
const stores: Array<"meta" | "feeds" | "rows"> = ["meta", "feeds", "rows"]

export class ClientStoreIdb {
  readonly #database: Database
  readonly #tab: string
  #writes: boolean
  /** What `load` told: rows that are right as of another cursor are of no use to this client. */
  #loaded: { readonly epoch: Epoch | null; readonly cursors: ReadonlyMap<ConversationId, number> } = { epoch: null, cursors: new Map() }

  constructor(database: Database, tab: string, writes: boolean) {
    this.#database = database
    this.#tab = tab
    this.#writes = writes
  }

  readonly layer = Layer.sync(ClientStore, () =>
    ClientStore.of({
      load: attempt("load", () => this.#load()),
      feed: (conversationId) => attempt("feed", () => this.#feed(conversationId)),
      save: (change) => attempt("save", () => this.#save(change))
    })
  )

  /** From here on this tab writes. What another one wrote since this one's start is dropped: this client's next saves hold it all. */
  async claim(): Promise<void> {
    const transaction = this.#database.transaction(stores, "readwrite")
    const epoch = await epochOf(transaction)
    transaction.objectStore("meta").put({ writer: this.#tab }, "writer").catch(settledByDone)
    const { cursors, epoch: ours } = this.#loaded
    for (const head of await transaction.objectStore("feeds").getAll())
      if (epoch !== ours || cursors.get(head.conversationId) !== head.cursor) drop(transaction, head.conversationId)
    await transaction.done
    this.#writes = true
  }

  async #load(): Promise<KeptCursors> {
    const transaction = this.#database.transaction(stores, "readwrite")
    if (this.#writes) transaction.objectStore("meta").put({ writer: this.#tab }, "writer").catch(settledByDone)
    const epoch = await epochOf(transaction)
    const heads = await transaction.objectStore("feeds").getAll()
    await transaction.done
    const cursors = heads.map(({ conversationId, cursor }) => [conversationId, cursor] as const)
    this.#loaded = { epoch, cursors: new Map(cursors) }
    return { epoch, cursors }
  }

  async #feed(conversationId: ConversationId): Promise<KeptFeed | undefined> {
    const transaction = this.#database.transaction(["meta", "feeds", "rows"])
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
    const transaction = this.#database.transaction(stores, "readwrite")
    const [claim, epoch] = await Promise.all([transaction.objectStore("meta").get("writer"), epochOf(transaction)])
    if (claim === undefined || !("writer" in claim) || claim.writer !== this.#tab) {
      this.#writes = false
      await transaction.done
      throw new Error("another tab writes")
    }
    if (epoch !== change.epoch) {
      for (const name of ["feeds", "rows"] as const) transaction.objectStore(name).clear().catch(settledByDone)
      transaction.objectStore("meta").put({ epoch: change.epoch }, "epoch").catch(settledByDone)
    }
    for (const feed of change.feeds) keep(transaction, feed)
    await raise(transaction, change.cursors)
    for (const log of change.gone) drop(transaction, log)
    await transaction.done
  }
}

const attempt = <A>(operation: ClientStoreFailed["operation"], run: () => Promise<A>) =>
  Effect.tryPromise({ try: run, catch: (cause) => new ClientStoreFailed({ operation, cause }) })

const epochOf = async (transaction: {
  readonly objectStore: (name: "meta") => { readonly get: (key: string) => Promise<HibikiStores["meta"]["value"] | undefined> }
}): Promise<Epoch | null> => {
  const kept = await transaction.objectStore("meta").get("epoch")
  return kept !== undefined && "epoch" in kept ? kept.epoch : null
}

const keep = (transaction: Writing, { anew, conversationId, cursor, from, gaps, put, stale }: FeedChange): void => {
  const rows = transaction.objectStore("rows")
  if (anew) rows.delete(rowsOf(conversationId)).catch(settledByDone)
  else if (from > 0) rows.delete(rowsOf(conversationId, 0, from - 1)).catch(settledByDone)
  for (const row of put) rows.put(row, [conversationId, row.seq]).catch(settledByDone)
  transaction.objectStore("feeds").put({ conversationId, cursor, gaps, stale }).catch(settledByDone)
}

const raise = async (transaction: Writing, cursors: StoreChange["cursors"]): Promise<void> => {
  const feeds = transaction.objectStore("feeds")
  const heads = await Promise.all(cursors.map(([log]) => feeds.get(log)))
  cursors.forEach(([conversationId, seq], i) => {
    const head = heads[i] ?? { conversationId, cursor: 0, gaps: [], stale: [], bare: true as const }
    if (heads[i] === undefined || seq > head.cursor) feeds.put({ ...head, cursor: seq }).catch(settledByDone)
  })
}

const drop = (transaction: Writing, conversationId: ConversationId): void => {
  transaction.objectStore("feeds").delete(conversationId).catch(settledByDone)
  transaction.objectStore("rows").delete(rowsOf(conversationId)).catch(settledByDone)
}

/** One request's failure is the transaction's, which is waited for. */
const settledByDone = () => undefined
