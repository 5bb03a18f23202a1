/** Which conversations the push server checks, and their unread messages. */

import { personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { again, first, lease, type PushKit, t } from "./PushScene.ts"

export const lookCases: ReadonlyArray<ContractCase<PushKit>> = [
  {
    name: "a log that was noted is looked at once it is time, and by one at a time",
    run: ({ assert, group, lookAt, person, post, store }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        const seq = yield* post(ann.user, log)
        assert.deepStrictEqual(yield* store.note([log], first, again), new Map([[log, first]]))
        assert.deepStrictEqual(yield* lookAt(log, t + first - 1), [])
        assert.deepStrictEqual(yield* lookAt(log, t + first), [{ looks: 0, isNew: true, isPersonal: false, head: seq }])
        assert.deepStrictEqual(yield* lookAt(log, t + first + lease - 1), [])
        // The process that had claimed it is gone.
        assert.deepStrictEqual(yield* lookAt(log, t + first + lease), [
          { looks: 0, isNew: true, isPersonal: false, head: seq }
        ])
      })
  },
  {
    name: "a further note brings a look nearer and never puts it off",
    run: ({ assert, at, group, person, store }) =>
      Effect.gen(function* () {
        const ann = yield* person("ann")
        const log = yield* group(ann.user)
        yield* store.note([log], first, again)
        yield* at(t + 1)
        assert.deepStrictEqual(yield* store.note([log], first, again), new Map([[log, first - 1]]))
        yield* at(t - 100_000)
        assert.deepStrictEqual(yield* store.note([log], first, again), new Map([[log, again]]))
      })
  },
  {
    name: "what was looked at is looked at again when that is wanted, and knows whether something came meanwhile",
    run: ({ assert, group, lookAt, person, post, store }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        const seq = yield* post(ann.user, log)
        yield* store.note([log], first, again)
        yield* lookAt(log, t + first)
        const due = { log, looks: 0, isNew: true, isPersonal: false, head: seq }
        yield* store.looked([{ due, looks: 1, afterMs: 50_000 - first }], again)
        assert.deepStrictEqual(yield* lookAt(log, t + 49_999), [])
        assert.deepStrictEqual(yield* lookAt(log, t + 50_000), [
          { looks: 1, isNew: false, isPersonal: false, head: seq }
        ])
        yield* store.looked([{ due: { ...due, looks: 1 }, looks: 0, afterMs: undefined }], again)
        assert.deepStrictEqual(yield* lookAt(log, t + 900_000), [])
      })
  },
  {
    name: "a log that was noted while it was looked at is looked at again, whatever had come by then",
    run: ({ assert, at, group, lookAt, person, post, store }) =>
      Effect.gen(function* () {
        const ann = yield* person("ann")
        const log = yield* group(ann.user)
        const seq = yield* post(ann.user, log)
        yield* store.note([log], first, again)
        yield* lookAt(log, t + first)
        // The process that noted it relies on a look at this time or later, and notes nothing before.
        yield* at(t + first + 1)
        assert.deepStrictEqual(yield* store.note([log], first, again), new Map([[log, lease - 1]]))
        yield* at(t + first + 2)
        yield* store.looked(
          [{ due: { log, looks: 2, isNew: false, isPersonal: false, head: seq }, looks: 0, afterMs: undefined }],
          again
        )
        assert.deepStrictEqual(yield* lookAt(log, t + first + lease - 1), [])
        // It counts as new, so that another one follows: events in between need no note.
        assert.deepStrictEqual(yield* lookAt(log, t + first + again + 2), [
          { looks: 0, isNew: true, isPersonal: false, head: seq }
        ])
      })
  },
  {
    name: "a log that was noted since it was looked at counts as one with something new",
    run: ({ assert, at, group, lookAt, person, post, store }) =>
      Effect.gen(function* () {
        const ann = yield* person("ann")
        const log = yield* group(ann.user)
        const seq = yield* post(ann.user, log)
        yield* store.note([log], first, again)
        yield* lookAt(log, t + first)
        const due = { log, looks: 2, isNew: true, isPersonal: false, head: seq }
        yield* store.looked([{ due, looks: 2, afterMs: 50_000 - first }], again)
        yield* at(t + 45_000)
        yield* store.note([log], first, again)
        assert.deepStrictEqual(yield* lookAt(log, t + 50_000), [
          { looks: 2, isNew: true, isPersonal: false, head: seq }
        ])
        yield* store.looked([{ due, looks: 1, afterMs: 30_000 }], again)
        assert.deepStrictEqual(yield* lookAt(log, t + 80_000), [
          { looks: 1, isNew: false, isPersonal: false, head: seq }
        ])
      })
  },
  {
    name: "what came while it was looked at is not forgotten, though that was the last look",
    run: ({ assert, group, lookAt, person, post, store }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        const seq = yield* post(ann.user, log)
        yield* store.note([log], first, again)
        yield* lookAt(log, t + first)
        const later = yield* post(ann.user, log)
        yield* store.looked(
          [{ due: { log, looks: 2, isNew: false, isPersonal: false, head: seq }, looks: 0, afterMs: undefined }],
          again
        )
        assert.deepStrictEqual(yield* lookAt(log, t + first + again), [
          { looks: 0, isNew: true, isPersonal: false, head: later }
        ])
      })
  }
]

export const unreadCases: ReadonlyArray<ContractCase<PushKit>> = [
  {
    name: "unread is a message of others above the read cursor, the newest of them",
    run: ({ assert, group, person, post, read, run, unread }) =>
      Effect.gen(function* () {
        const [ann, bob, cid] = [yield* person("ann"), yield* person("bob"), yield* person("cid")]
        const log = yield* group(ann.user, bob.user, cid.user)
        assert.deepStrictEqual(yield* unread(log), [])
        const [one, two] = [yield* post(ann.user, log), yield* post(bob.user, log)]
        const of = (entries: ReadonlyArray<readonly [UserId, number]>) =>
          [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
        assert.deepStrictEqual(
          yield* unread(log),
          of([
            [ann.user, two],
            [bob.user, one],
            [cid.user, two]
          ])
        )
        yield* read(cid.user, log, two)
        yield* run(bob.user, log, { kind: "delete", target: two })
        // An event that is no message notifies nobody.
        yield* run(ann.user, log, { kind: "rename", title: "coffee" })
        assert.deepStrictEqual(yield* unread(log), [[bob.user, one]])
        yield* run(bob.user, log, { kind: "leave" })
        assert.deepStrictEqual(yield* unread(log), [])
        assert.deepStrictEqual(yield* unread(personalLog(ann.user)), [])
      })
  },
  {
    name: "members come in pages by their ids",
    run: ({ assert, group, person, post, store }) =>
      Effect.gen(function* () {
        const people = []
        for (let i = 0; i < 5; i++) people.push(yield* person(`p${i}`))
        const [ann, ...others] = people
        if (ann === undefined) return
        const log = yield* group(ann.user, ...others.map(({ user }) => user))
        yield* post(ann.user, log)
        const one = yield* store.unread([{ log, after: undefined }], 3)
        const two = yield* store.unread([{ log, after: one.at(-1)?.userId }], 3)
        assert.deepStrictEqual([one.length, two.length], [3, 1])
        assert.deepStrictEqual(
          [...one, ...two].map(({ userId }) => userId),
          others.map(({ user }) => user).sort()
        )
      })
  },
  {
    name: "who has no device that is signed in can't be woken",
    run: ({ assert, group, person, post, revoke, unread }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        yield* post(ann.user, log)
        yield* revoke(bob.device)
        assert.deepStrictEqual(yield* unread(log), [])
      })
  }
]
