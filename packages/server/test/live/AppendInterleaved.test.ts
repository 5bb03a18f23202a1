/**
 * What holds when another process's transaction comes between the steps of an append, and what would not if a step
 * stood elsewhere.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { gist } from "@hibiki/testing/contracts/log/LogScene"
import { Effect, Fiber, Layer } from "effect"
import { appendInTransaction } from "../../src/sql/appendInTransaction.ts"
import { sqlState } from "../../src/sql/sqlState.ts"
import { loads } from "./appendMutants.ts"
import {
  anotherStore,
  command,
  install,
  kindsOf,
  makeGroup,
  newUser,
  pausingStore,
  shutDoor,
  someWait
} from "./interleave.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

/** Two stores get the same post; the second commits while the first stands before its lock. */
const samePostTwice = (source: string) =>
  Effect.gen(function* () {
    const { bob, log } = yield* makeGroup
    yield* install(source)
    const [first, second] = [yield* pausingStore, yield* anotherStore]
    const post = yield* command(first.store, bob, log, { kind: "post", text: "once" })
    const more = yield* command(first.store, bob, log, { kind: "post", text: "more" })
    const door = yield* shutDoor
    // Without the store's retries, to see what the database says.
    const raw = appendInTransaction(first.sql)([post, more])
    const waiting = yield* Effect.fork(Effect.either(raw))
    yield* someWait("advisory")
    yield* second.store.append([post])
    yield* door.open
    const result = yield* Fiber.join(waiting)
    return {
      error: result._tag === "Left" ? sqlState(result.left) : undefined,
      kinds: (yield* kindsOf(second.store, log)).map(({ kind }) => kind)
    }
  })

/** A member posts; it is removed while its post stands before the lock. */
const postAfterRemoval = (source: string) =>
  Effect.gen(function* () {
    const { ann, bob, log } = yield* makeGroup
    yield* install(source)
    const [first, second] = [yield* pausingStore, yield* anotherStore]
    const post = yield* command(first.store, bob, log, { kind: "post", text: "too late" })
    const door = yield* shutDoor
    const waiting = yield* Effect.fork(first.store.append([post]))
    yield* someWait("advisory")
    yield* second.store.append([yield* command(second.store, ann, log, { kind: "remove", userId: bob })])
    yield* door.open
    const { decisions } = yield* Fiber.join(waiting)
    return { decision: gist(decisions[0]), kinds: (yield* kindsOf(second.store, log)).map(({ kind }) => kind) }
  })

/** Two stores post to one log, the second while the first stands before its lock. */
const postsInBetween = (source: string) =>
  Effect.gen(function* () {
    const { ann, bob, log } = yield* makeGroup
    yield* install(source)
    const [first, second] = [yield* pausingStore, yield* anotherStore]
    const door = yield* shutDoor
    const raw = appendInTransaction(first.sql)([yield* command(first.store, bob, log, { kind: "post", text: "b" })])
    const waiting = yield* Effect.fork(Effect.either(raw))
    yield* someWait("advisory")
    yield* second.store.append([yield* command(second.store, ann, log, { kind: "post", text: "a" })])
    yield* door.open
    const result = yield* Fiber.join(waiting)
    return {
      error: result._tag === "Left" ? sqlState(result.left) : undefined,
      seqs: (yield* kindsOf(second.store, log)).map(({ seq }) => seq)
    }
  })

describe("the append, with another's transaction in between", () => {
  layer(liveClient().pipe(Layer.provideMerge(freshDatabase)), { excludeTestServices: true })((it) => {
    it.scoped("a post that another stored meanwhile is a repeat, and the rest of its batch goes", () =>
      Effect.map(samePostTwice(loads.paused), (seen) =>
        assert.deepStrictEqual(seen, { error: undefined, kinds: ["created", "posted", "posted"] })
      )
    )
    it.scoped("looked up before the lock, it would cost the whole batch", () =>
      Effect.map(samePostTwice(loads.lookUpBeforeLock), (seen) =>
        assert.deepStrictEqual(seen, { error: "23505", kinds: ["created", "posted"] })
      )
    )

    it.scoped("a post of a member that is removed meanwhile is refused", () =>
      Effect.map(postAfterRemoval(loads.paused), (seen) =>
        assert.deepStrictEqual(seen, { decision: "not_found", kinds: ["created", "left"] })
      )
    )
    it.scoped("with rights read before the lock, it would be stored after the removal", () =>
      Effect.map(postAfterRemoval(loads.rightsBeforeLock), (seen) =>
        assert.deepStrictEqual(seen, { decision: "Appended 3", kinds: ["created", "left", "posted"] })
      )
    )

    it.scoped("posts of two stores are numbered one after the other", () =>
      Effect.map(postsInBetween(loads.paused), (seen) =>
        assert.deepStrictEqual(seen, { error: undefined, seqs: [1, 2, 3] })
      )
    )
    it.scoped("numbered before the lock, they would meet", () =>
      Effect.map(postsInBetween(loads.numbersBeforeLock), (seen) =>
        assert.deepStrictEqual(seen, { error: "23505", seqs: [1, 2] })
      )
    )

    it.scoped(
      "a batch that met a unique violation is run again from the lock, and each of its posts is stored once",
      () =>
        Effect.gen(function* () {
          const { bob, log } = yield* makeGroup
          yield* install(loads.lookUpBeforeLock)
          const [first, second] = [yield* pausingStore, yield* anotherStore]
          const [post, more] = [
            yield* command(first.store, bob, log, { kind: "post", text: "once" }),
            yield* command(first.store, bob, log, { kind: "post", text: "more" })
          ]
          const door = yield* shutDoor
          const waiting = yield* Effect.fork(first.store.append([post, more]))
          yield* someWait("advisory")
          yield* second.store.append([post])
          yield* door.open
          const { decisions } = yield* Fiber.join(waiting)
          assert.deepStrictEqual(decisions.map(gist), ["Repeated 2", "Appended 3"])
          assert.deepStrictEqual(
            (yield* second.store.after(log, 1, 10)).events.map(({ id }) => id),
            [post.id, more.id]
          )
        })
    )

    it.scoped(
      "a batch that meets a unique violation each time is unavailable after three more tries, never stored",
      () =>
        Effect.gen(function* () {
          const { bob, log } = yield* makeGroup
          const sql = yield* SqlClient.SqlClient
          // A sequence counts through rollbacks.
          yield* sql.unsafe("create sequence tries")
          yield* install(loads.losing)
          const { store } = yield* anotherStore
          const error = yield* Effect.flip(store.append([yield* command(store, bob, log, { kind: "post", text: "a" })]))
          assert.strictEqual(error._tag, "StoreUnavailable")
          assert.deepStrictEqual(yield* sql<{ n: number }>`select last_value::int as n from tries`, [{ n: 4 }])
        })
    )

    it.scoped("a batch with a text that can't be stored is rejected, and nothing of it stored", () =>
      Effect.gen(function* () {
        const { bob, log } = yield* makeGroup
        const { store } = yield* anotherStore
        const [good, bad] = yield* Effect.forEach(["a", "\u0000"], (text) =>
          command(store, bob, log, { kind: "post", text })
        )
        const error = yield* Effect.flip(store.append([good, bad].filter((post) => post !== undefined)))
        assert.strictEqual(error._tag, "BatchRejected")
        assert.deepStrictEqual(
          (yield* kindsOf(store, log)).map(({ kind }) => kind),
          ["created"]
        )
      })
    )

    it.scoped("a repeat is answered with its place after its sender was removed", () =>
      Effect.gen(function* () {
        const { ann, bob, log } = yield* makeGroup
        yield* install(loads.right)
        const [first, second] = [yield* anotherStore, yield* anotherStore]
        const post = yield* command(first.store, bob, log, { kind: "post", text: "a" })
        yield* first.store.append([post])
        yield* second.store.append([yield* command(second.store, ann, log, { kind: "remove", userId: bob })])
        const { decisions } = yield* first.store.append([
          post,
          yield* command(first.store, bob, log, { kind: "post", text: "b" })
        ])
        assert.deepStrictEqual(decisions.map(gist), ["Repeated 2", "not_found"])
      })
    )

    it.scoped(
      "a creation that two stores do at once happens once: the second defers, and finds it when it comes again",
      () =>
        Effect.gen(function* () {
          yield* install(loads.paused)
          const [ann, bob] = [yield* newUser, yield* newUser]
          const [first, second] = [yield* pausingStore, yield* anotherStore]
          const log = ConversationId.make(yield* makeUuidV7)
          const create = yield* command(first.store, ann, log, {
            kind: "create",
            conversationKind: "group",
            title: "t",
            history: "all",
            members: [bob]
          })
          const open = yield* command(first.store, ann, directConversationId(ann, bob), {
            kind: "openDirect",
            peer: bob
          })
          const openToo = yield* command(first.store, bob, directConversationId(ann, bob), {
            kind: "openDirect",
            peer: ann
          })
          const door = yield* shutDoor
          const one = yield* Effect.fork(first.store.append([create, open]))
          yield* someWait("advisory")
          assert.deepStrictEqual((yield* second.store.append([create, openToo])).decisions.map(gist), [
            "SetAside",
            "SetAside"
          ])
          yield* door.open
          assert.deepStrictEqual((yield* Fiber.join(one)).decisions.map(gist), ["Appended 1", "Appended 0"])
          assert.deepStrictEqual((yield* second.store.append([create, openToo])).decisions.map(gist), [
            "Repeated 1",
            "Repeated 0"
          ])
          assert.deepStrictEqual(
            (yield* kindsOf(first.store, log)).map(({ kind }) => kind),
            ["created"]
          )
          const added = (yield* first.store.after(ConversationId.make(bob), 0, 10)).events.map(({ kind }) => kind)
          assert.deepStrictEqual(added, ["added", "added"])
        })
    )

    it.scoped("a creation that is refused makes way for another's of the same id", () =>
      Effect.gen(function* () {
        yield* install(loads.paused)
        const ann = yield* newUser
        const [first, second] = [yield* pausingStore, yield* anotherStore]
        const log = ConversationId.make(yield* makeUuidV7)
        const body = { kind: "create", conversationKind: "group", title: "t", history: "all" } as const
        const nobody = ann.replace(/^.{8}/, "ffffffff") as typeof ann
        const bad = yield* command(first.store, ann, log, { ...body, members: [nobody] })
        const good = yield* command(first.store, ann, log, { ...body, members: [] })
        const door = yield* shutDoor
        const one = yield* Effect.fork(first.store.append([bad]))
        yield* someWait("advisory")
        assert.deepStrictEqual((yield* second.store.append([good])).decisions.map(gist), ["SetAside"])
        yield* door.open
        assert.deepStrictEqual((yield* Fiber.join(one)).decisions.map(gist), ["not_found"])
        assert.deepStrictEqual((yield* second.store.append([good])).decisions.map(gist), ["Appended 1"])
      })
    )

    it.scoped(
      "with one snapshot for a whole transaction, in which nothing would be seen that the lock waited for, it does not run",
      () =>
        Effect.gen(function* () {
          yield* install(loads.right)
          const { sql } = yield* anotherStore
          yield* sql.unsafe("set default_transaction_isolation = 'repeatable read'")
          const error = yield* Effect.flip(appendInTransaction(sql)([]))
          assert.strictEqual(sqlState(error), "25000")
        })
    )
  })
})
