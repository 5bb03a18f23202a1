/** Calls about conversations, their history and who is there. */
import { type FlagCommandKind, flagSetBy } from "@hibiki/core/domain/Flags"
import { expectSame, expectThat, Mismatch } from "../../Mismatch.ts"
import { freshId } from "../../Person.ts"
import { accepts, makeGroup, openDirect, type Stage } from "../../Stage.ts"
import { startStream } from "../../StreamSocket.ts"
import type { accountCalls } from "./accountCalls.ts"
import { away, type CallTable, failsWith, needsSignIn } from "./CallEntry.ts"
import type { pushCalls } from "./pushCalls.ts"

type ConversationTag = Exclude<keyof CallTable, keyof typeof accountCalls | keyof typeof pushCalls>
type Reading = Extract<ConversationTag, "conversation.get" | "conversation.members" | "conversation.receipts" | "history.page">
type Changing = Exclude<Extract<ConversationTag, `conversation.${string}`>, Reading | "conversation.channels">

const inGroup = ({ group }: Stage) => ({ conversationId: group })
const changed = (conversationId: string, more: object = {}) => ({ id: freshId(), conversationId, ...more })

/** Absent and forbidden look the same. */
const readErrors = (tag: Reading | "history.changedSince" | "history.reactors", more: object = {}) => ({
  ...away,
  ...needsSignIn(tag, (stage) => ({ ...inGroup(stage), ...more })),
  NotFound: async ({ api, group, people: { stranger } }: Stage) => {
    for (const conversationId of [group, freshId()]) {
      await api.fails(tag, { conversationId, ...more }, stranger.token, 404, { _tag: "NotFound" })
    }
  }
})
const writeErrors = (tag: Changing, payload: (stage: Stage) => object, code: string, who: keyof Stage["people"]) => ({
  ...away,
  ...needsSignIn(tag, payload),
  Refused: failsWith(tag, 409, { _tag: "Refused", code }, payload, who)
})
const groupOf = ({ api, people: { member, owner } }: Stage) => makeGroup(api, owner, [member])

/** The same call with the same id is answered as the first was. */
const twice = async (stage: Stage, tag: Changing, payload: object, who: keyof Stage["people"]): Promise<void> => {
  const { token } = stage.people[who]
  const first = await stage.api.value(tag, payload, token)
  expectSame("the answer to the same call", first, await stage.api.value(tag, payload, token))
}

/** Everybody in it with their role, as the owner reads it. */
const rolesIn = async ({ api, people }: Stage, conversationId: string): Promise<Readonly<Record<string, string>>> => {
  const members = await api.value("conversation.members", { conversationId }, people.owner.token)
  const names = new Map(Object.entries(people).map(([name, { userId }]) => [userId, name]))
  return Object.fromEntries(members.map(({ role, userId }) => [names.get(userId) ?? userId, role]))
}

const flagCalls = (kind: FlagCommandKind) => ({
  good: async (stage: Stage) => {
    const conversationId = await groupOf(stage)
    for (const on of [true, false]) {
      await twice(stage, `conversation.${kind}`, changed(conversationId, { on }), "member")
      const line = await stage.api.value("conversation.get", { conversationId }, stage.people.member.token)
      expectSame("whether the flag is set", on ? true : undefined, line[flagSetBy[kind]])
    }
  },
  errors: writeErrors(`conversation.${kind}`, ({ group }) => changed(group, { on: false }), "no_change", "member")
})

const pinCalls = (tag: "conversation.pin" | "conversation.unpin") => ({
  good: async (stage: Stage) => {
    const { api, group, people } = stage
    const id = freshId()
    const target = await people.member.with((socket) =>
      accepts(socket, { op: "post", id, conversationId: group, posts: [{ id, text: "to be found again" }] })
    )
    await twice(stage, "conversation.pin", changed(group, { target }), "member")
    if (tag === "conversation.unpin") await twice(stage, tag, changed(group, { target }), "member")
    const { rows } = await api.value("history.page", { conversationId: group, pinned: true }, people.owner.token)
    expectSame(
      "whether it is among the pinned",
      tag === "conversation.pin",
      rows.some(({ seq }) => seq === target)
    )
  },
  errors: writeErrors(tag, ({ group }) => changed(group, { target: 1_000_000 }), "invalid_target", "member")
})

export const conversationCalls: Pick<CallTable, ConversationTag> = {
  "me.snapshot": {
    good: async ({ api, group, people: { member } }) => {
      const { conversations, me } = await api.value("me.snapshot", {}, member.token)
      expectSame("the user", member.userId, me.userId)
      expectThat(
        "the group is in it",
        conversations.some(({ conversationId }) => conversationId === group),
        conversations
      )
    },
    errors: { ...away, ...needsSignIn("me.snapshot"), NotFound: { unprovoked: "every account that can sign in has one" } }
  },
  "conversation.get": {
    good: async ({ api, group, people: { member } }) => {
      const { conversationId, members, role } = await api.value("conversation.get", { conversationId: group }, member.token)
      expectSame("the line", [group, 3, "member"], [conversationId, members, role])
    },
    errors: readErrors("conversation.get")
  },
  "conversation.members": {
    good: async ({ api, group, people: { admin, member, owner } }) => {
      const members = await api.value("conversation.members", { conversationId: group }, member.token)
      expectSame("the members", [admin, member, owner].map(({ userId }) => userId).sort(), members.map(({ userId }) => userId).sort())
    },
    errors: readErrors("conversation.members")
  },
  "conversation.channels": {
    good: async ({ api, channel, people: { stranger } }) => {
      const title = `channel ${freshId()}`
      await api.value("conversation.create", { id: freshId(), kind: "channel", title, members: [] }, stranger.token)
      const found = await api.value("conversation.channels", { prefix: title.toUpperCase() }, stranger.token)
      expectSame(
        "the channels",
        [[title, true]],
        found.map((each) => [each.title, each.joined])
      )
      await api.fails("conversation.get", { conversationId: channel }, stranger.token, 404, { _tag: "NotFound" })
    },
    errors: {
      ...away,
      ...needsSignIn("conversation.channels", () => ({ prefix: "" })),
      NotFound: { unprovoked: "a list of none is answered" }
    }
  },
  "conversation.openDirect": {
    good: async ({ api, direct, people: { member, owner } }) =>
      expectSame("the one of the pair", direct, await openDirect(api, member, owner.userId)),
    errors: writeErrors("conversation.openDirect", () => ({ userId: freshId() }), "not_found", "member")
  },
  "conversation.create": {
    good: async (stage) => {
      const { owner } = stage.people
      const id = freshId()
      await twice(stage, "conversation.create", { id, kind: "group", title: "A group", members: [owner.userId] }, "member")
      expectSame("who is in it", { member: "owner", owner: "member" }, await rolesIn(stage, id))
    },
    errors: writeErrors(
      "conversation.create",
      ({ group }) => ({ id: group, kind: "group", title: "Mine", members: [] }),
      "conflict",
      "member"
    )
  },
  "conversation.join": {
    good: async (stage) => {
      await twice(stage, "conversation.join", changed(stage.channel), "newcomer")
      expectSame("who is in it", { newcomer: "member", owner: "owner" }, await rolesIn(stage, stage.channel))
    },
    errors: writeErrors("conversation.join", ({ group }) => changed(group), "not_found", "stranger")
  },
  "conversation.add": {
    good: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.add", changed(conversationId, { userIds: [stage.people.admin.userId] }), "member")
      expectSame("who is in it", { admin: "member", member: "member", owner: "owner" }, await rolesIn(stage, conversationId))
    },
    errors: writeErrors(
      "conversation.add",
      ({ group, people }) => changed(group, { userIds: [people.owner.userId] }),
      "no_change",
      "member"
    )
  },
  "conversation.remove": {
    good: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.remove", changed(conversationId, { userId: stage.people.member.userId }), "owner")
      expectSame("who is in it", { owner: "owner" }, await rolesIn(stage, conversationId))
    },
    errors: writeErrors(
      "conversation.remove",
      ({ group, people }) => changed(group, { userId: people.owner.userId }),
      "forbidden",
      "member"
    )
  },
  "conversation.leave": {
    good: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.leave", changed(conversationId), "member")
      await stage.api.fails("conversation.get", { conversationId }, stage.people.member.token, 404, { _tag: "NotFound" })
    },
    errors: writeErrors("conversation.leave", ({ group }) => changed(group), "last_owner", "owner")
  },
  "conversation.rename": {
    good: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.rename", changed(conversationId, { title: "Renamed" }), "owner")
      const { title } = await stage.api.value("conversation.get", { conversationId }, stage.people.member.token)
      expectSame("the title", "Renamed", title)
    },
    errors: writeErrors("conversation.rename", ({ group }) => changed(group, { title: "Mine" }), "forbidden", "member")
  },
  "conversation.setRole": {
    good: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.setRole", changed(conversationId, { userId: stage.people.member.userId, role: "admin" }), "owner")
      expectSame("the roles", { member: "admin", owner: "owner" }, await rolesIn(stage, conversationId))
    },
    errors: writeErrors(
      "conversation.setRole",
      ({ group, people }) => changed(group, { userId: people.member.userId, role: "owner" }),
      "forbidden",
      "member"
    )
  },
  "conversation.pin": pinCalls("conversation.pin"),
  "conversation.unpin": pinCalls("conversation.unpin"),
  "conversation.markUnread": {
    good: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.markUnread", changed(conversationId, { seq: 1 }), "member")
      const { markedUnreadAt } = await stage.api.value("conversation.get", { conversationId }, stage.people.member.token)
      expectSame("the mark", 1, markedUnreadAt)
    },
    errors: writeErrors("conversation.markUnread", ({ group }) => changed(group, { seq: 1_000_000 }), "invalid_target", "member")
  },
  "conversation.mute": flagCalls("mute"),
  "conversation.favourite": flagCalls("favourite"),
  "conversation.receipts": {
    good: async ({ api, direct, people: { member, owner } }) => {
      const receipts = await api.value("conversation.receipts", { conversationId: direct }, member.token)
      expectSame(
        "whose",
        [owner.userId],
        receipts.map(({ userId }) => userId)
      )
    },
    errors: readErrors("conversation.receipts")
  },
  "presence.watch": {
    good: async ({ api, group, people: { member } }) => {
      const { chunk } = await startStream(api.origin, "presence.watch", { conversationId: group }, member.token)
      if (typeof chunk !== "object" || chunk === null || !("_tag" in chunk)) throw new Mismatch("the first word", "a snapshot", chunk)
      expectSame("the first word", "Snapshot", chunk._tag)
    },
    errors: {
      NotFound: async ({ api, group, people: { stranger } }) => {
        for (const conversationId of [group, freshId()]) {
          const { error } = await startStream(api.origin, "presence.watch", { conversationId }, stranger.token)
          expectSame("the end", { _tag: "NotFound" }, error)
        }
      }
    }
  },
  "history.page": {
    good: async ({ api, group, ownerPost, people: { member } }) => {
      const { rows } = await api.value("history.page", { conversationId: group, around: ownerPost.seq, limit: 1 }, member.token)
      expectSame(
        "the row",
        [[ownerPost.seq, ownerPost.id, ownerPost.text]],
        rows.map((row) => [row.seq, row.id, "text" in row && row.text])
      )
    },
    errors: readErrors("history.page")
  },
  "history.changedSince": {
    good: async ({ api, group, people: { member } }) => {
      const reacting = { op: "react", id: freshId(), conversationId: group, target: 0, emoji: "🍵", on: true }
      const { id, seq } = await member.with(async (socket) => {
        const id = freshId()
        return { id, seq: await accepts(socket, { op: "post", id, conversationId: group, posts: [{ id, text: "to be changed" }] }) }
      })
      const rev = await member.with((socket) => accepts(socket, { ...reacting, target: seq }))
      const page = { conversationId: group, asOf: seq, from: seq, to: seq }
      const { rows } = await api.value("history.changedSince", page, member.token)
      expectSame(
        "the row",
        [[id, rev]],
        rows.map((row) => [row.id, row.rev])
      )
    },
    errors: readErrors("history.changedSince", { asOf: 1, from: 1, to: 1 })
  },
  "history.reactors": {
    good: async ({ api, group, people: { member } }) => {
      const id = freshId()
      const reacting = { op: "react", conversationId: group, emoji: "🍵", on: true }
      const seq = await member.with(async (socket) => {
        const seq = await accepts(socket, { op: "post", id, conversationId: group, posts: [{ id, text: "to be reacted to" }] })
        await accepts(socket, { ...reacting, id: freshId(), target: seq })
        return seq
      })
      const who = (emoji: string) => api.value("history.reactors", { conversationId: group, seq, emoji }, member.token)
      expectSame("who", [[member.userId], []], [await who("🍵"), await who("👍")])
    },
    errors: readErrors("history.reactors", { seq: 1, emoji: "🍵" })
  },
  "history.search": {
    good: async ({ api, group, ownerPost, people: { member, stranger } }) => {
      const asked = { text: ownerPost.text.toUpperCase(), conversationIds: [freshId(), group], limit: 1 }
      const { hits } = await api.value("history.search", asked, member.token)
      expectSame(
        "what was found",
        [[group, ownerPost.seq, ownerPost.id, ownerPost.text]],
        hits.map(({ conversationId, row }) => [conversationId, row.seq, row.id, "text" in row && row.text])
      )
      const below = { ...asked, conversationIds: [group], before: ownerPost.seq }
      expectSame("what a stranger finds", { hits: [] }, await api.value("history.search", asked, stranger.token))
      expectSame("what is found below it", { hits: [] }, await api.value("history.search", below, member.token))
    },
    errors: {
      ...away,
      ...needsSignIn("history.search", ({ group }) => ({ text: "tea", conversationIds: [group] })),
      NotFound: { unprovoked: "in a conversation that is not there nothing is found" }
    }
  }
}
