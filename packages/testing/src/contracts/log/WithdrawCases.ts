/** Cases: `withdraw` takes a post back by its id, before it is stored or after. */

import { Limits } from "@hibiki/core/domain/Limits"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export const withdrawCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "a withdrawal that comes first wins: the post is never stored, however often it comes",
    run: ({ assert, converse, head, id, refuses, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const same = { id: yield* id }
        yield* refuses("withdrawn", ann, log, { kind: "withdraw" }, same)
        yield* refuses("withdrawn", ann, log, { kind: "post", text: "a" }, same)
        yield* refuses("withdrawn", ann, log, { kind: "withdraw" }, same)
        yield* refuses("withdrawn", ann, log, { kind: "post", text: "a" }, same)
        assert.strictEqual(yield* head(log), 1)
      })
  },
  {
    name: "a withdrawal after its post deletes it, under an id of its own",
    run: ({ assert, clock, converse, does, events, id, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const same = { id: yield* id }
        const posted = clock.now
        yield* stores(ann, log, { kind: "post", text: "secret" }, same)
        const at = clock.now
        assert.strictEqual(gist(yield* does(ann, log, { kind: "withdraw" }, same)), "withdrawn")
        const [, post, deleted] = yield* events(log)
        assert.deepStrictEqual(post, {
          seq: 2,
          id: same.id,
          by: ann,
          at: posted,
          kind: "posted",
          text: "",
          blanked: true
        })
        assert.deepStrictEqual({ ...deleted, id: "" }, { seq: 3, id: "", by: ann, at, kind: "deleted", target: 2 })
        assert.strictEqual(deleted?.id === same.id, false)
      })
  },
  {
    name: "a withdrawal that deleted a post tells the log's change; again, it deletes nothing and tells the head",
    run: ({ append, assert, command, converse, events, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const post = yield* command(ann, log, { kind: "post", text: "a" })
        const withdraw = { ...post, body: { kind: "withdraw" } as const }
        yield* append(post)
        const first = yield* append(withdraw)
        assert.deepStrictEqual(first.changes, [{ log, head: 3, events: (yield* events(log)).slice(2) }])
        const second = yield* append(withdraw)
        assert.deepStrictEqual(second.decisions.map(gist), ["withdrawn"])
        assert.deepStrictEqual(second.changes, [{ log, head: 3, events: [] }])
      })
  },
  {
    name: "the post of a withdrawal that deleted it is a repeat",
    run: ({ assert, converse, does, id, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const same = { id: yield* id }
        yield* stores(ann, log, { kind: "post", text: "a" }, same)
        yield* does(ann, log, { kind: "withdraw" }, same)
        assert.strictEqual(gist(yield* does(ann, log, { kind: "post", text: "a" }, same)), "Repeated 2")
      })
  },
  {
    name: "withdrawing a post that was deleted already adds no event",
    run: ({ assert, converse, does, head, id, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const same = { id: yield* id }
        yield* stores(bob, log, { kind: "post", text: "a" }, same)
        yield* stores(ann, log, { kind: "delete", target: 2 })
        assert.strictEqual(gist(yield* does(bob, log, { kind: "withdraw" }, same)), "withdrawn")
        assert.strictEqual(yield* head(log), 3)
      })
  },
  {
    name: "a withdrawal needs its sender, not membership",
    run: ({ assert, converse, does, events, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const [stored, early] = [{ id: yield* id }, { id: yield* id }]
        yield* stores(bob, log, { kind: "post", text: "a" }, stored)
        yield* stores(ann, log, { kind: "remove", userId: bob })
        assert.strictEqual(gist(yield* does(bob, log, { kind: "withdraw" }, stored)), "withdrawn")
        assert.deepStrictEqual(
          (yield* events(log)).map(({ kind }) => kind),
          ["created", "posted", "left", "deleted"]
        )
        yield* refuses("withdrawn", bob, log, { kind: "withdraw" }, early)
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* refuses("withdrawn", bob, log, { kind: "post", text: "a" }, early)
      })
  },
  {
    name: "whoever is no member any more takes back what was stored a short while ago, and nothing older",
    run: ({ assert, clock, converse, does, events, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const [old, late, mine] = [{ id: yield* id }, { id: yield* id }, { id: yield* id }]
        const began = clock.now
        yield* stores(bob, log, { kind: "post", text: "old" }, old)
        yield* stores(ann, log, { kind: "post", text: "mine" }, mine)
        clock.now = began + 5_000
        yield* stores(bob, log, { kind: "post", text: "late" }, late)
        yield* stores(ann, log, { kind: "remove", userId: bob })
        clock.now = began + Limits.takenBackMs + 1
        for (let again = 0; again < 2; again++) yield* refuses("forbidden", bob, log, { kind: "withdraw" }, old)
        assert.strictEqual(gist(yield* does(bob, log, { kind: "post", text: "old" }, old)), "Repeated 2")
        assert.strictEqual(gist(yield* does(bob, log, { kind: "withdraw" }, late)), "withdrawn")
        // A member may at any time, even after an absence.
        assert.strictEqual(gist(yield* does(ann, log, { kind: "withdraw" }, mine)), "withdrawn")
        clock.now += Limits.takenBackMs
        assert.strictEqual(gist(yield* does(bob, log, { kind: "withdraw" }, late)), "withdrawn")
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        assert.strictEqual(gist(yield* does(bob, log, { kind: "withdraw" }, old)), "withdrawn")
        assert.deepStrictEqual(
          (yield* events(log)).flatMap((event) => (event.kind === "deleted" ? [event.target] : [])),
          [4, 3, 2]
        )
      })
  },
  {
    name: "whoever left by himself may withdraw what never came, and who left twice, too",
    run: ({ converse, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { kind: "channel" })
        for (const kind of ["join", "leave", "join", "leave"] as const) {
          yield* stores(bob, log, { kind })
          yield* refuses("withdrawn", bob, log, { kind: "withdraw" })
        }
      })
  },
  {
    name: "one who never was a member has nothing to withdraw, and the id is not remembered",
    run: ({ assert, converse, direct, does, id, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        for (const log of [
          yield* converse(ann, [bob]),
          yield* direct(ann, bob),
          yield* converse(ann, [], { kind: "channel" })
        ]) {
          const same = { id: yield* id }
          yield* refuses("not_found", eve, log, { kind: "withdraw" }, same)
          assert.strictEqual((yield* does(ann, log, { kind: "post", text: "a" }, same))._tag, "Appended")
        }
      })
  },
  {
    name: "one who was a member of another conversation alone has nothing to withdraw here",
    run: ({ converse, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [here, elsewhere] = [yield* converse(ann, []), yield* converse(ann, [bob])]
        yield* stores(bob, elsewhere, { kind: "leave" })
        yield* refuses("not_found", bob, here, { kind: "withdraw" })
        yield* refuses("withdrawn", bob, elsewhere, { kind: "withdraw" })
      })
  },
  {
    name: "a withdrawal sees the memberships that its batch began and ended",
    run: ({ append, assert, command, converse, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob])
        const withdraw = yield* command(eve, log, { kind: "withdraw" })
        const { decisions } = yield* append(
          yield* command(ann, log, { kind: "remove", userId: bob }),
          yield* command(bob, log, { kind: "withdraw" }),
          withdraw,
          yield* command(ann, log, { kind: "add", userIds: [eve] }),
          withdraw
        )
        assert.deepStrictEqual(decisions.map(gist), ["Appended 2", "withdrawn", "not_found", "Appended 3", "withdrawn"])
      })
  },
  {
    name: "nobody withdraws another's post, stored or to come",
    run: ({ assert, converse, does, events, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const [stored, mine] = [{ id: yield* id }, { id: yield* id }]
        yield* stores(ann, log, { kind: "post", text: "a" }, stored)
        yield* refuses("conflict", bob, log, { kind: "withdraw" }, stored)
        yield* refuses("withdrawn", ann, log, { kind: "withdraw" }, mine)
        yield* refuses("conflict", bob, log, { kind: "withdraw" }, mine)
        yield* refuses("conflict", bob, log, { kind: "post", text: "b" }, mine)
        assert.strictEqual(gist(yield* does(ann, log, { kind: "post", text: "a" }, stored)), "Repeated 2")
        assert.strictEqual((yield* events(log)).length, 2)
      })
  },
  {
    name: "a refused post's withdrawal is answered with the refusal",
    run: ({ converse, id, refuses, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const same = { id: yield* id }
        yield* refuses("invalid_target", ann, log, { kind: "post", text: "a", replyTo: 9 }, same)
        yield* refuses("invalid_target", ann, log, { kind: "withdraw" }, same)
        yield* refuses("invalid_target", ann, log, { kind: "post", text: "a", replyTo: 9 }, same)
      })
  },
  {
    name: "only posts are taken back: another command's id is answered with its place",
    run: ({ assert, converse, does, head, id, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const same = { id: yield* id }
        yield* stores(ann, log, { kind: "rename", title: "Other" }, same)
        assert.strictEqual(gist(yield* does(ann, log, { kind: "withdraw" }, same)), "Repeated 2")
        assert.strictEqual(yield* head(log), 2)
      })
  },
  {
    name: "in a conversation that does not exist there is nothing to withdraw",
    run: ({ conversationId, refuses, user }) =>
      Effect.gen(function* () {
        yield* refuses("not_found", yield* user, yield* conversationId, { kind: "withdraw" })
      })
  }
]
