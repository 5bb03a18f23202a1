/** Cases: one line of the list, and the whole list as a snapshot of the personal log. */

import type { FlagCommandKind } from "@hibiki/core/domain/Flags"
import { personalLog } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { ReadCell } from "@hibiki/core/domain/ReadCell"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { ViewScene } from "./ViewScene.ts"

export const summaryCases: ReadonlyArray<ContractCase<ViewScene>> = [
  {
    name: "a line has the rules where they are not those of a new conversation, and who closed it",
    run: ({ assert, conversations, converse, stores, users }) =>
      Effect.gen(function* () {
        const [ann] = yield* users(1)
        const log = yield* converse(ann, [])
        const shown = Effect.map(conversations.summary(ann, log), (line) => [line?.rules, line?.closed])
        const rules = { post: "admins", add: "all", slowSeconds: 10 } as const
        assert.deepStrictEqual(yield* shown, [undefined, undefined])
        yield* stores(ann, log, { kind: "setRules", ...rules })
        yield* stores(ann, log, { kind: "close" })
        assert.deepStrictEqual(yield* shown, [rules, "owners"])
        yield* stores(ann, log, { kind: "reopen" })
        yield* stores(ann, log, { kind: "setRules", ...rules, post: "all", slowSeconds: 0 })
        assert.deepStrictEqual(yield* shown, [undefined, undefined])
      })
  },
  {
    name: "a line says kind, title, role, members, head, cursor, unread and the newest row",
    run: ({ assert, converse, line, page, personalHead, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob], { kind: "channel", title: "Tea", history: "joined" })
        yield* post(ann, log, "a")
        const last = (yield* page(bob, log, { _tag: "Latest" }, 1)).rows[0]
        const common = {
          conversationId: log,
          kind: "channel",
          title: "Tea",
          history: "joined",
          members: 2,
          head: 2,
          visibleFrom: 1,
          last
        }
        assert.deepStrictEqual(yield* line(ann, log), { ...common, role: "owner", readUpTo: 0, unread: 0 })
        assert.deepStrictEqual(yield* line(bob, log), { ...common, role: "member", readUpTo: 0, unread: 1 })
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 2 })
        yield* stores(bob, personalLog(bob), { kind: "markUnread", conversationId: log, upTo: 1 })
        const mark = { markedUnreadAt: 1, markedSeq: yield* personalHead(bob) }
        assert.deepStrictEqual(yield* line(bob, log), { ...common, role: "member", readUpTo: 2, unread: 0, ...mark })
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 2 })
        assert.deepStrictEqual(yield* line(bob, log), { ...common, role: "member", readUpTo: 2, unread: 0 })
      })
  },
  {
    name: "read cells say how far users have read in all of their conversations, and which marks stand, as of their personal heads",
    run: ({ assert, conversations, converse, nobody, personalHead, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [tea, cake] = [yield* converse(ann, [bob]), yield* converse(ann, [bob])]
        yield* post(ann, tea, "a")
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: tea, upTo: 2 })
        yield* stores(bob, personalLog(bob), { kind: "markUnread", conversationId: tea, upTo: 1 })
        yield* stores(bob, personalLog(bob), { kind: "mute", conversationId: cake, on: true })
        const [asOf, annsAsOf] = [yield* personalHead(bob), yield* personalHead(ann)]
        const byId = (cells: ReadonlyArray<ReadCell> = []) =>
          cells.toSorted((a, b) => [tea, cake].indexOf(a.conversationId) - [tea, cake].indexOf(b.conversationId))
        const { now, of } = yield* conversations.readCells([ann, bob, yield* nobody], 0)
        assert.deepStrictEqual(new Set(of.keys()), new Set([ann, bob]))
        const marked = { markedUnreadAt: 1, markedSeq: asOf - 1 }
        assert.deepStrictEqual(byId(of.get(bob)), [
          { conversationId: tea, asOf, readUpTo: 2, ...marked },
          { conversationId: cake, asOf, readUpTo: 0 }
        ])
        assert.deepStrictEqual(byId(of.get(ann)), [
          { conversationId: tea, asOf: annsAsOf, readUpTo: 0 },
          { conversationId: cake, asOf: annsAsOf, readUpTo: 0 }
        ])
        // Events from now on are among the changes since.
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: tea, upTo: 2 })
        const since = (yield* conversations.readCells([bob], now)).of.get(bob) ?? []
        assert.deepStrictEqual(
          since.filter(({ conversationId }) => conversationId === tea),
          [{ conversationId: tea, asOf, readUpTo: 2 }]
        )
      })
  },
  {
    name: "a line says which flags its reader has set, and of nobody else's",
    run: ({ assert, converse, line, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const plain = yield* line(bob, log)
        const anns = yield* line(ann, log)
        const set = (kind: FlagCommandKind, on: boolean) =>
          stores(bob, personalLog(bob), { kind, conversationId: log, on })
        // Each on and off beside the other, on and off.
        yield* set("favourite", true)
        assert.deepStrictEqual(yield* line(bob, log), { ...plain, favourite: true })
        yield* set("mute", true)
        assert.deepStrictEqual(yield* line(bob, log), { ...plain, favourite: true, muted: true })
        yield* set("favourite", false)
        assert.deepStrictEqual(yield* line(bob, log), { ...plain, muted: true })
        yield* set("favourite", true)
        yield* set("mute", false)
        assert.deepStrictEqual(yield* line(bob, log), { ...plain, favourite: true })
        yield* set("favourite", false)
        assert.deepStrictEqual(yield* line(bob, log), plain)
        yield* set("mute", true)
        assert.deepStrictEqual(yield* line(bob, log), { ...plain, muted: true })
        yield* set("mute", false)
        assert.deepStrictEqual(yield* line(bob, log), plain)
        assert.deepStrictEqual(yield* line(ann, log), anns)
      })
  },
  {
    name: "a line follows renaming, roles and members",
    run: ({ assert, converse, line, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan] = yield* users(4)
        const log = yield* converse(ann, [bob])
        yield* stores(ann, log, { kind: "add", userIds: [cat, bob, dan] })
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* stores(bob, log, { kind: "rename", title: "Coffee" })
        yield* stores(bob, log, { kind: "remove", userId: cat })
        yield* stores(dan, log, { kind: "leave" })
        const { members, role, title } = yield* line(bob, log)
        assert.deepStrictEqual({ members, role, title }, { members: 2, role: "admin", title: "Coffee" })
      })
  },
  {
    name: "a direct conversation is called after its peer, notes after oneself, and both are equals in it",
    run: ({ assert, conversations, direct, line, users, whole }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [chat, notes] = [yield* direct(ann, bob), yield* direct(ann, ann)]
        const person = (userId: typeof ann) =>
          Effect.map(whole(userId), ({ me: { admin: _admin, invisible: _invisible, ...rest } }) => rest)
        const fields = (log: typeof chat, userId: typeof ann) =>
          Effect.map(
            line(userId, log),
            ({ head, history, kind, members, peer, readUpTo, role, title, unread, visibleFrom }) => ({
              head,
              history,
              kind,
              members,
              peer,
              readUpTo,
              role,
              title,
              unread,
              visibleFrom
            })
          )
        const common = {
          kind: "direct",
          title: "",
          role: "member",
          history: "all",
          head: 0,
          visibleFrom: 1,
          readUpTo: 0,
          unread: 0
        }
        assert.deepStrictEqual(yield* fields(chat, ann), { ...common, members: 2, peer: yield* person(bob) })
        assert.deepStrictEqual(yield* fields(chat, bob), { ...common, members: 2, peer: yield* person(ann) })
        assert.deepStrictEqual(yield* fields(notes, ann), { ...common, members: 1, peer: yield* person(ann) })
        const found = yield* conversations.summary(ann, chat)
        assert.strictEqual(found !== undefined && "last" in found, false)
      })
  },
  {
    name: "unread are others' posted messages above the cursor that are not deleted",
    run: ({ assert, converse, line, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob])
        const unread = Effect.map(line(bob, log), (shown) => shown.unread)
        yield* post(ann, log, "2")
        yield* post(bob, log, "3")
        yield* post(ann, log, "4")
        yield* stores(ann, log, { kind: "edit", target: 2, text: "5" })
        yield* stores(ann, log, { kind: "react", target: 3, emoji: "👍" })
        yield* stores(ann, log, { kind: "add", userIds: [cat] })
        yield* post(cat, log, "8")
        assert.strictEqual(yield* unread, 3)
        yield* stores(ann, log, { kind: "delete", target: 4 })
        assert.strictEqual(yield* unread, 2)
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 3 })
        assert.strictEqual(yield* unread, 1)
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 9 })
        assert.strictEqual(yield* unread, 0)
        yield* stores(bob, personalLog(bob), { kind: "markUnread", conversationId: log, upTo: 2 })
        assert.strictEqual(yield* unread, 0)
      })
  },
  {
    name: `unread stops at ${Limits.unreadCap}`,
    run: ({ append, assert, command, converse, line, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const posts = yield* Effect.all(
          Array.from({ length: Limits.unreadCap + 1 }, (_, i) => command(ann, log, { kind: "post", text: `${i}` }))
        )
        yield* append(...posts)
        assert.strictEqual((yield* line(bob, log)).unread, Limits.unreadCap)
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 3 })
        assert.strictEqual((yield* line(bob, log)).unread, Limits.unreadCap - 1)
      })
  },
  {
    name: "what was before joining is read, seen or not; coming back is a new beginning",
    run: ({ assert, converse, line, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        for (const history of ["all", "joined"] as const) {
          const log = yield* converse(ann, [], { history })
          yield* post(ann, log, "before")
          yield* stores(ann, log, { kind: "add", userIds: [bob] })
          const fields = Effect.map(line(bob, log), ({ head, readUpTo, unread, visibleFrom }) => ({
            head,
            readUpTo,
            unread,
            visibleFrom
          }))
          const from = (seq: number) => (history === "all" ? 1 : seq)
          assert.deepStrictEqual(yield* fields, { head: 3, readUpTo: 3, unread: 0, visibleFrom: from(3) })
          yield* post(ann, log, "after")
          yield* stores(bob, personalLog(bob), { kind: "markUnread", conversationId: log, upTo: 3 })
          for (const kind of ["mute", "favourite"] as const)
            yield* stores(bob, personalLog(bob), { kind, conversationId: log, on: true })
          yield* stores(bob, log, { kind: "leave" })
          yield* post(ann, log, "between")
          yield* stores(ann, log, { kind: "add", userIds: [bob] })
          assert.deepStrictEqual(yield* fields, { head: 7, readUpTo: 7, unread: 0, visibleFrom: from(7) })
          // The member's settings ended with the membership.
          const rejoined = yield* line(bob, log)
          assert.deepStrictEqual(
            ["markedUnreadAt", "muted", "favourite"].filter((field) => field in rejoined),
            []
          )
          assert.strictEqual((yield* page(bob, log, { _tag: "Latest" })).rows[0]?.seq, from(7))
        }
      })
  },
  {
    name: "the newest row is the newest that the reader sees, as a page shows it to that reader",
    run: ({ assert, converse, line, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, "a")
        yield* stores(bob, log, { kind: "react", target: 2, emoji: "👍" })
        yield* stores(ann, log, { kind: "edit", target: 2, text: "b" })
        for (const userId of [ann, bob]) {
          assert.deepStrictEqual(
            (yield* line(userId, log)).last,
            (yield* page(userId, log, { _tag: "Latest" }, 1)).rows[0]
          )
        }
        yield* stores(ann, log, { kind: "delete", target: 2 })
        const { last } = yield* line(bob, log)
        assert.strictEqual(last !== undefined && "deleted" in last && last.deleted, true)
      })
  },
  {
    name: "there is no line for strangers, former members, of no conversation and of a personal log",
    run: ({ assert, conversationId, conversations, converse, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        yield* stores(bob, log, { kind: "leave" })
        for (const [userId, where] of [
          [eve, log],
          [bob, log],
          [ann, yield* conversationId],
          [ann, personalLog(ann)],
          [eve, personalLog(ann)]
        ] as const) {
          assert.strictEqual(yield* conversations.summary(userId, where), undefined)
        }
      })
  },
  {
    name: "a snapshot is who one is, all one's conversations as lines, and the personal log's head",
    run: ({ assert, converse, direct, line, personalHead, post, stores, users, whole, store }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [tea, chat, left] = [yield* converse(bob, [ann]), yield* direct(ann, bob), yield* converse(bob, [ann])]
        yield* converse(bob, [])
        yield* post(bob, tea, "a")
        yield* post(bob, chat, "b")
        yield* stores(ann, left, { kind: "leave" })
        yield* stores(ann, personalLog(ann), { kind: "read", conversationId: chat, upTo: 1 })
        const snapshot = yield* whole(ann)
        assert.deepStrictEqual(
          [snapshot.epoch, snapshot.asOf, snapshot.me.userId, snapshot.me.admin],
          [store.epoch, yield* personalHead(ann), ann, false]
        )
        const lines = [yield* line(ann, tea), yield* line(ann, chat)]
        const byId = (a: { readonly conversationId: string }, b: { readonly conversationId: string }) =>
          a.conversationId < b.conversationId ? -1 : 1
        assert.deepStrictEqual([...snapshot.conversations].sort(byId), lines.sort(byId))
      })
  },
  {
    name: "there is no snapshot of nobody",
    run: ({ assert, conversations, nobody }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* conversations.snapshot(yield* nobody), undefined)
      })
  }
]
