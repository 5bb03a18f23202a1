/** Pending push notifications, and their outcome. */

import { type DeviceId, personalLog } from "@hibiki/core/domain/Ids"
import type { Claimed } from "@hibiki/core/ports/PushStore"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { again, first, lease, type PushKit, t } from "./PushScene.ts"

export const dueCases: ReadonlyArray<ContractCase<PushKit>> = [
  {
    name: "each device is owed one push for all that is unread, until it was read",
    run: ({ assert, claim, device, group, owe, person, post, read, settle, unread }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const phone = yield* device(bob.user)
        const log = yield* group(ann.user, bob.user)
        const seq = yield* post(ann.user, log)
        yield* owe(log, t)
        const due = yield* claim(log, t)
        assert.deepStrictEqual(due.map(({ deviceId }) => deviceId).sort(), [bob.device, phone].sort())
        const { isMember, isRead, isSignedIn, reason, state, tries } = due[0] ?? ({} as Partial<Claimed>)
        assert.deepStrictEqual(
          [due[0]?.seq, state, tries, isMember, isRead, isSignedIn, reason],
          [seq, "due", 1, true, false, true, "away"]
        )
        yield* settle(due, "sent", t)
        const later = yield* post(ann.user, log)
        assert.deepStrictEqual(yield* unread(log), [])
        yield* owe(log, t + 10)
        assert.deepStrictEqual(yield* claim(log, t + 1_000_000), [])
        yield* read(bob.user, log, later)
        const next = yield* post(ann.user, log)
        assert.deepStrictEqual(yield* unread(log), [[bob.user, next]])
        yield* owe(log, t + 20)
        assert.deepStrictEqual(
          (yield* claim(log, t + 20)).map((one) => one.seq),
          [next, next]
        )
      })
  },
  {
    name: "nothing is owed to who muted the conversation, and what was owed before is known to be unwanted",
    run: ({ assert, claim, group, owe, person, post, run, store, unread }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        const seq = yield* post(ann.user, log)
        const mute = (on: boolean) => run(bob.user, personalLog(bob.user), { kind: "mute", conversationId: log, on })
        yield* owe(log, t)
        yield* mute(true)
        assert.deepStrictEqual(
          (yield* claim(log, t)).map(({ isMuted }) => isMuted),
          [true]
        )
        assert.strictEqual((yield* store.facts(log, bob.user)).isMuted, true)
        const other = yield* group(ann.user, bob.user)
        yield* run(bob.user, personalLog(bob.user), { kind: "mute", conversationId: other, on: true })
        const later = yield* post(ann.user, other)
        assert.deepStrictEqual(yield* unread(other), [])
        yield* run(bob.user, personalLog(bob.user), { kind: "mute", conversationId: other, on: false })
        assert.deepStrictEqual(yield* unread(other), [[bob.user, later]])
        yield* mute(false)
        assert.deepStrictEqual(
          (yield* claim(log, t + lease)).map(({ isMuted, seq: owed }) => [isMuted, owed]),
          [[false, seq]]
        )
      })
  },
  {
    name: "nothing is owed for what somebody writes whom one blocks, in a group too, and what was owed before is known to be unwanted",
    run: ({ assert, block, claim, group, owe, person, post, unread }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = [yield* person("ann"), yield* person("bob"), yield* person("cat")]
        const log = yield* group(ann.user, bob.user, cat.user)
        const first = yield* post(cat.user, log)
        const second = yield* post(ann.user, log)
        yield* block(bob.user, ann.user)
        assert.deepStrictEqual(
          (yield* unread(log)).filter(([userId]) => userId === bob.user),
          [[bob.user, first]]
        )
        yield* block(bob.user, cat.user)
        assert.deepStrictEqual(
          (yield* unread(log)).filter(([userId]) => userId === bob.user),
          []
        )
        for (const other of [ann.user, cat.user]) yield* block(bob.user, other, false)
        yield* owe(log, t)
        yield* block(bob.user, ann.user)
        const toBob = (
          due: ReadonlyArray<{ readonly userId: string; readonly isBlocked: boolean; readonly seq: number }>
        ) => due.flatMap(({ isBlocked, seq, userId }) => (userId === bob.user ? [[isBlocked, seq]] : []))
        assert.deepStrictEqual(toBob(yield* claim(log, t)), [[true, second]])
        yield* block(bob.user, ann.user, false)
        assert.deepStrictEqual(toBob(yield* claim(log, t + lease)), [[false, second]])
      })
  },
  {
    name: "a device has one address at most, until it is signed out, and an address one device",
    run: ({ assert, device, person, revoke, store }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const address = (n: number) => ({
          endpoint: `https://push.example/${ann.device}/${n}`,
          p256dh: `p${n}`,
          auth: `a${n}`
        })
        assert.strictEqual(yield* store.addressOf(ann.device), undefined)
        yield* store.setAddress(ann.device, address(1), t)
        yield* store.setAddress(ann.device, address(2), t + 1)
        assert.deepStrictEqual(yield* store.addressOf(ann.device), address(2))
        yield* store.removeAddress(ann.device, address(1).endpoint)
        assert.deepStrictEqual(yield* store.addressOf(ann.device), address(2))
        yield* store.setAddress(bob.device, address(2), t + 2)
        assert.strictEqual(yield* store.addressOf(ann.device), undefined)
        assert.deepStrictEqual(yield* store.addressOf(bob.device), address(2))
        yield* store.removeAddress(bob.device, address(2).endpoint)
        assert.strictEqual(yield* store.addressOf(bob.device), undefined)
        yield* store.setAddress(bob.device, address(3), t + 3)
        yield* store.removeAddress(bob.device)
        assert.strictEqual(yield* store.addressOf(bob.device), undefined)
        const phone = yield* device(bob.user)
        yield* store.setAddress(bob.device, address(4), t)
        yield* store.setAddress(phone, address(5), t)
        yield* revoke(phone)
        yield* store.forget(0)
        assert.deepStrictEqual(
          [yield* store.addressOf(bob.device), yield* store.addressOf(phone)],
          [address(4), undefined]
        )
      })
  },
  {
    name: "what is in hand is passed by until its time is over, and comes again then",
    run: ({ assert, claim, group, owe, person, post, settle }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        yield* post(ann.user, log)
        yield* owe(log, t)
        const [late] = yield* claim(log, t)
        assert.deepStrictEqual(yield* claim(log, t + lease - 1), [])
        const [next] = yield* claim(log, t + lease)
        assert.strictEqual(next?.tries, 2)
        // The earlier holder comes too late to report the outcome.
        yield* settle(late === undefined ? [] : [late], "left", t + lease)
        assert.deepStrictEqual(
          (yield* claim(log, t + 2 * lease)).map(({ tries }) => tries),
          [3]
        )
      })
  },
  {
    name: "one that is to be tried again is due when it says so",
    run: ({ assert, claim, group, owe, person, post, settle }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        yield* post(ann.user, log)
        yield* owe(log, t)
        yield* settle(yield* claim(log, t), "again", t, 5_000)
        assert.deepStrictEqual(yield* claim(log, t + 4_999), [])
        assert.deepStrictEqual(
          (yield* claim(log, t + 5_000)).map(({ tries }) => tries),
          [2]
        )
      })
  },
  {
    name: "how things stand is told when it is due: read, left, signed out",
    run: ({ assert, claim, device, group, owe, person, post, read, revoke, run }) =>
      Effect.gen(function* () {
        const [ann, bob, cid, dan] = [
          yield* person("ann"),
          yield* person("bob"),
          yield* person("cid"),
          yield* person("dan")
        ]
        const phone = yield* device(dan.user)
        const log = yield* group(ann.user, bob.user, cid.user, dan.user)
        const seq = yield* post(ann.user, log)
        yield* owe(log, t)
        yield* read(bob.user, log, seq)
        yield* run(cid.user, log, { kind: "leave" })
        yield* revoke(phone)
        const due = yield* claim(log, t)
        const of = (id: DeviceId) =>
          due.flatMap((one) => (one.deviceId === id ? [one.isSignedIn, one.isMember, one.isRead] : []))
        assert.deepStrictEqual([bob.device, cid.device, phone, dan.device].map(of), [
          [true, true, true],
          [true, false, due.find(({ deviceId }) => deviceId === cid.device)?.isRead],
          [false, true, false],
          [true, true, false]
        ])
      })
  },
  {
    name: "what was sent and is read now is to be taken back, also when it was read while it was sent",
    run: ({ assert, claim, group, lookAt, owe, person, post, read, settle, store }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        const seq = yield* post(ann.user, log)
        yield* owe(log, t)
        yield* settle(yield* claim(log, t), "sent", t)
        yield* store.note([personalLog(bob.user)], 0, again)
        assert.deepStrictEqual(
          (yield* lookAt(personalLog(bob.user), t)).map(({ isPersonal }) => isPersonal),
          [true]
        )
        assert.deepStrictEqual(yield* claim(log, t + lease), [])
        yield* read(bob.user, log, seq)
        yield* store.note([personalLog(bob.user)], 0, 0)
        yield* lookAt(personalLog(bob.user), t + lease)
        const back = yield* claim(log, t + lease)
        assert.deepStrictEqual(
          back.map(({ deviceId, state, tries }) => [deviceId, state, tries]),
          [[bob.device, "cancel", 1]]
        )
        yield* settle(back, "cancelled", t + lease)
        assert.deepStrictEqual(yield* claim(log, t + 9 * lease), [])
        const next = yield* post(ann.user, log)
        yield* owe(log, t + 10 * lease)
        const sent = yield* claim(log, t + 10 * lease)
        yield* read(bob.user, log, next)
        yield* settle(sent, "sent", t + 10 * lease)
        assert.deepStrictEqual(
          (yield* claim(log, t + 10 * lease)).map(({ state }) => state),
          ["cancel"]
        )
      })
  },
  {
    name: "what was sent to who left, or was removed, is to be taken back, also when that was while it was sent",
    run: ({ assert, claim, group, lookAt, owe, person, post, run, settle, store }) =>
      Effect.gen(function* () {
        const [ann, bob, cid, dan] = [
          yield* person("ann"),
          yield* person("bob"),
          yield* person("cid"),
          yield* person("dan")
        ]
        const log = yield* group(ann.user, bob.user, cid.user, dan.user)
        yield* post(ann.user, log)
        yield* owe(log, t)
        const due = yield* claim(log, t)
        const of = (id: DeviceId) => due.filter(({ deviceId }) => deviceId === id)
        yield* settle([...of(bob.device), ...of(cid.device)], "sent", t)
        yield* run(bob.user, log, { kind: "leave" })
        yield* run(ann.user, log, { kind: "remove", userId: dan.user })
        yield* settle(of(dan.device), "sent", t)
        for (const { user } of [bob, cid]) {
          yield* store.note([personalLog(user)], 0, again)
          yield* lookAt(personalLog(user), t)
        }
        const back = yield* claim(log, t)
        assert.deepStrictEqual(
          back.map(({ deviceId, isMember, state }) => [deviceId, isMember, state]).sort(),
          [bob, dan].map(({ device }) => [device, false, "cancel"]).sort()
        )
        yield* settle(back, "cancelled", t)
        assert.deepStrictEqual(yield* claim(log, t + 9 * lease), [])
      })
  },
  {
    name: "what is due and unclaimed is counted, with how late the first of it is",
    run: ({ assert, at, claim, group, owe, person, post, store }) =>
      Effect.gen(function* () {
        // Long before all that the other cases do.
        const early = t - 1_000_000_000
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        yield* post(ann.user, log)
        yield* at(early)
        const none = { looks: 0, looksLateMs: 0, pushes: 0, pushesLateMs: 0 }
        assert.deepStrictEqual(yield* store.pending, none)
        yield* store.note([log], first, again)
        yield* owe(log, early + 100)
        yield* at(early + first - 1)
        assert.deepStrictEqual(yield* store.pending, { ...none, pushes: 1, pushesLateMs: first - 101 })
        yield* at(early + first + 40)
        assert.deepStrictEqual(yield* store.pending, {
          ...{ looks: 1, looksLateMs: 40 },
          ...{ pushes: 1, pushesLateMs: first - 60 }
        })
        yield* claim(log, early + first + 40)
        yield* store.look(lease, 10_000)
        assert.deepStrictEqual(yield* store.pending, none)
      })
  }
]

export const recordCases: ReadonlyArray<ContractCase<PushKit>> = [
  {
    name: "what became of each push is on record, and what is due stands beside it",
    run: ({ assert, claim, group, owe, person, post, settle, store }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* person("ann"), yield* person("bob")]
        const log = yield* group(ann.user, bob.user)
        const seq = yield* post(ann.user, log)
        yield* store.note([log], first, again)
        yield* owe(log, t)
        yield* settle(yield* claim(log, t), "again", t, 5_000)
        const facts = yield* store.facts(log, bob.user)
        assert.deepStrictEqual(facts, {
          ...{ isMember: true, isMuted: false, readUpTo: facts.readUpTo, head: seq, lookAt: t + first, records: [] },
          owed: [{ deviceId: bob.device, state: "due", seq, owedAt: t, dueAt: t + 5_000, tries: 1 }]
        })
        yield* settle(yield* claim(log, t + 5_000), "active", t + 5_001)
        const after = yield* store.facts(log, bob.user)
        assert.deepStrictEqual(
          [after.owed, after.records],
          [[], [{ deviceId: bob.device, at: t + 5_001, seq, what: "active" }]]
        )
        const nothing = yield* store.facts(log, (yield* person("eve")).user)
        assert.deepStrictEqual([nothing.isMember, nothing.owed, nothing.records], [false, [], []])
      })
  },
  {
    name: "old records and what was never read are forgotten, and what is due is not",
    run: ({ assert, claim, group, owe, person, post, settle, store }) =>
      Effect.gen(function* () {
        const [ann, bob, cid] = [yield* person("ann"), yield* person("bob"), yield* person("cid")]
        const [one, two] = [yield* group(ann.user, bob.user), yield* group(ann.user, cid.user)]
        yield* post(ann.user, one)
        yield* owe(one, 1_000)
        yield* settle(yield* claim(one, 1_000), "sent", 1_000)
        yield* post(ann.user, two)
        yield* owe(two, 1_000)
        yield* store.forget(1_001)
        const [bobs, cids] = [yield* store.facts(one, bob.user), yield* store.facts(two, cid.user)]
        assert.deepStrictEqual([bobs.owed, bobs.records, cids.owed.length], [[], [], 1])
      })
  }
]
