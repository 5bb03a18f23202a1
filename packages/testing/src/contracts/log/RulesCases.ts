/** Cases: the rules of a conversation (who posts, who adds, slow mode), and closed conversations. */
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

const open = { kind: "setRules", post: "all", add: "all", slowSeconds: 0 } as const

export const rulesCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "owners and admins set the rules, which are told whole; the same again changes nothing",
    run: ({ assert, converse, direct, events, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat])
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* refuses("no_change", ann, log, open)
        yield* refuses("forbidden", cat, log, { ...open, post: "admins" })
        yield* stores(bob, log, { ...open, post: "admins", slowSeconds: 60 })
        yield* refuses("no_change", ann, log, { ...open, post: "admins", slowSeconds: 60 })
        const told = (yield* events(log)).at(-1)
        assert.deepStrictEqual(
          { ...told, at: 0, id: "" },
          { seq: 3, by: bob, at: 0, id: "", kind: "rulesChanged", post: "admins", add: "all", slowSeconds: 60 }
        )
        yield* refuses("unsupported", ann, yield* direct(ann, bob), { ...open, post: "admins" })
      })
  },
  {
    name: "where only admins post, plain members neither post nor edit, but react, delete and reply to nothing",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        const own = yield* post(bob, log, "before")
        yield* stores(ann, log, { ...open, post: "admins" })
        const news = yield* post(ann, log, "news")
        yield* refuses("forbidden", bob, log, { kind: "post", text: "me too" })
        yield* refuses("forbidden", bob, log, { kind: "post", text: "me too", replyTo: news })
        yield* refuses("forbidden", bob, log, { kind: "edit", target: own, text: "advertisement" })
        yield* stores(bob, log, { kind: "react", target: news, emoji: "👍" })
        yield* stores(bob, log, { kind: "delete", target: own })
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* post(bob, log, "an admin's")
      })
  },
  {
    name: "where only admins add, plain members add nobody",
    run: ({ converse, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob])
        yield* stores(ann, log, { ...open, add: "admins" })
        yield* refuses("forbidden", bob, log, { kind: "add", userIds: [cat] })
        yield* stores(ann, log, { kind: "add", userIds: [cat] })
      })
  },
  {
    name: "slow mode makes a plain member wait from post to post, tells how long, and holds owners and admins up not at all",
    run: ({ assert, clock, converse, does, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat])
        yield* post(bob, log, "before it was on")
        yield* stores(ann, log, { ...open, slowSeconds: 30 })
        const first = clock.now
        const gone = yield* post(bob, log, "first")
        yield* post(cat, log, "each waits for themselves")
        clock.now = first + 10_000
        assert.deepStrictEqual(yield* does(bob, log, { kind: "post", text: "too soon" }), {
          _tag: "Refused",
          code: "slow_mode",
          retryAfterMs: 20_000
        })
        yield* stores(bob, log, { kind: "delete", target: gone })
        yield* refuses("slow_mode", bob, log, { kind: "post", text: "a deleted one counts as well" })
        yield* post(ann, log, "one")
        yield* post(ann, log, "two")
        clock.now = first + 29_999
        yield* refuses("slow_mode", bob, log, { kind: "post", text: "nearly" })
        clock.now = first + 30_000
        yield* post(bob, log, "in time")
        yield* stores(ann, log, open)
        yield* post(bob, log, "off")
      })
  },
  {
    name: "slow mode counts the posts of one batch, and neither leaving nor an id that was refused gets around it",
    run: ({ append, assert, clock, command, converse, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        yield* stores(ann, log, { ...open, slowSeconds: 900 })
        const [one, two] = [
          yield* command(bob, log, { kind: "post", text: "one" }),
          yield* command(bob, log, { kind: "post", text: "two" })
        ]
        const { decisions } = yield* append(one, two)
        assert.deepStrictEqual(decisions.map(gist), ["Appended 3", "slow_mode"])
        yield* stores(bob, log, { kind: "leave" })
        yield* stores(bob, log, { kind: "join" })
        yield* refuses("slow_mode", bob, log, { kind: "post", text: "back" })
        clock.now += 900_000
        assert.deepStrictEqual((yield* append(two)).decisions.map(gist), ["slow_mode"])
        yield* stores(bob, log, { kind: "post", text: "two" })
      })
  },
  {
    name: "a closed conversation takes nothing new from anybody, and nobody in, until an owner opens it again",
    run: ({ assert, converse, events, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan] = yield* users(4)
        const log = yield* converse(ann, [bob, cat], { kind: "channel" })
        yield* stores(ann, log, { kind: "setRole", userId: cat, role: "admin" })
        const own = yield* post(bob, log, "mine")
        yield* refuses("forbidden", cat, log, { kind: "close" })
        yield* refuses("no_change", ann, log, { kind: "reopen" })
        yield* stores(ann, log, { kind: "close" })
        yield* refuses("no_change", ann, log, { kind: "close" })
        yield* refuses("closed", ann, log, { kind: "post", text: "a" })
        yield* refuses("closed", bob, log, { kind: "edit", target: own, text: "a" })
        yield* refuses("closed", bob, log, { kind: "react", target: own, emoji: "👍" })
        yield* refuses("closed", ann, log, { kind: "pin", target: own })
        yield* refuses("closed", ann, log, { kind: "rename", title: "Other" })
        yield* refuses("closed", ann, log, { kind: "add", userIds: [dan] })
        yield* refuses("closed", dan, log, { kind: "join" })
        yield* refuses("not_found", dan, log, { kind: "post", text: "a" })
        yield* stores(bob, log, { kind: "delete", target: own })
        yield* stores(ann, log, { kind: "ban", userId: dan })
        yield* stores(bob, log, { kind: "leave" })
        yield* refuses("forbidden", cat, log, { kind: "reopen" })
        yield* stores(ann, log, { kind: "reopen" })
        yield* stores(bob, log, { kind: "join" })
        const kinds = (yield* events(log)).map(({ kind }) => kind)
        assert.deepStrictEqual(kinds.slice(3), ["closed", "deleted", "banned", "left", "reopened", "joined"])
      })
  },
  {
    name: "owners can't open what an administrator of the server closed",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann] = yield* users(1)
        const log = yield* converse(ann, [])
        yield* stores(ann, log, { kind: "close" })
        yield* stores(ann, log, { kind: "close", operator: true })
        yield* refuses("no_change", ann, log, { kind: "close", operator: true })
        yield* refuses("no_change", ann, log, { kind: "close" })
        yield* refuses("forbidden", ann, log, { kind: "reopen" })
        yield* stores(ann, log, { kind: "reopen", operator: true })
        yield* post(ann, log, "open")
      })
  }
]
