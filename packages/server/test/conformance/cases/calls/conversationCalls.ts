/** Calls about conversations, their history and who is there. */
import { Record } from "effect"
import { aboutIn, type CommandRow, commandRows } from "../../commandRows.ts"
import { expectSame, expectThat, Mismatch } from "../../Mismatch.ts"
import { freshId } from "../../Person.ts"
import { accepts, type Stage } from "../../Stage.ts"
import { startStream } from "../../StreamSocket.ts"
import type { accountCalls } from "./accountCalls.ts"
import type { adminCalls } from "./adminCalls.ts"
import { away, type CallTable, failsWith, needsSignIn } from "./CallEntry.ts"
import type { operateCalls } from "./operateCalls.ts"
import type { pushCalls } from "./pushCalls.ts"

type ConversationTag = Exclude<
  keyof CallTable,
  keyof typeof accountCalls | keyof typeof pushCalls | keyof typeof operateCalls | keyof typeof adminCalls
>
type Reading = Extract<
  ConversationTag,
  "conversation.get" | "conversation.members" | "conversation.bans" | "conversation.receipts" | "history.page"
>

const inGroup = ({ group }: Stage) => ({ conversationId: group })

/** Absent and forbidden look the same. */
const readErrors = (
  tag: Reading | "history.changedSince" | "history.reactors" | "presence.history",
  more: object = {}
) => ({
  ...away,
  ...needsSignIn(tag, (stage) => ({ ...inGroup(stage), ...more })),
  NotFound: async ({ api, group, people: { stranger } }: Stage) => {
    for (const conversationId of [group, freshId()]) {
      await api.fails(tag, { conversationId, ...more }, stranger.token, 404, { _tag: "NotFound" })
    }
  }
})

/** Every call that is a command, by its row. */
const commandCalls = Record.map(commandRows, ({ payload, refused, succeeds }: CommandRow, tag) => {
  const refusedIn = (stage: Stage) => (refused.payload ?? payload)(aboutIn(stage, stage.group))
  const Refused = failsWith(tag, 409, { _tag: "Refused", code: refused.code }, refusedIn, refused.by)
  return { good: succeeds, errors: { ...away, ...needsSignIn(tag, refusedIn), Refused } }
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
    errors: {
      ...away,
      ...needsSignIn("me.snapshot"),
      NotFound: { unprovoked: "every account that can sign in has one" }
    }
  },
  "conversation.get": {
    good: async ({ api, group, people: { member } }) => {
      const { conversationId, members, role } = await api.value(
        "conversation.get",
        { conversationId: group },
        member.token
      )
      expectSame("the line", [group, 3, "member"], [conversationId, members, role])
    },
    errors: readErrors("conversation.get")
  },
  "conversation.members": {
    good: async ({ api, group, people: { admin, member, owner } }) => {
      const members = await api.value("conversation.members", { conversationId: group }, member.token)
      expectSame(
        "the members",
        [admin, member, owner].map(({ userId }) => userId).sort(),
        members.map(({ userId }) => userId).sort()
      )
    },
    errors: readErrors("conversation.members")
  },
  "conversation.bans": {
    good: async ({ api, group, people: { admin, stranger } }) => {
      const change = { conversationId: group, userId: stranger.userId }
      await api.value("conversation.ban", { id: freshId(), ...change }, admin.token)
      const bans = await api.value("conversation.bans", { conversationId: group }, admin.token)
      await api.value("conversation.unban", { id: freshId(), ...change }, admin.token)
      expectSame(
        "who is banned, and by whom",
        [[stranger.userId, admin.userId]],
        bans.flatMap(({ by, userId }) => (userId === stranger.userId ? [[userId, by]] : []))
      )
    },
    errors: {
      ...readErrors("conversation.bans"),
      Refused: failsWith("conversation.bans", 409, { _tag: "Refused", code: "forbidden" }, inGroup, "member")
    }
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
  ...commandCalls,
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
      if (typeof chunk !== "object" || chunk === null || !("_tag" in chunk))
        throw new Mismatch("the first word", "a snapshot", chunk)
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
  "presence.count": {
    good: async ({ api, group, people: { member } }) => {
      const { chunk } = await startStream(api.origin, "presence.count", { conversationId: group }, member.token)
      if (typeof chunk !== "object" || chunk === null || !("online" in chunk && "idle" in chunk))
        throw new Mismatch("the first word", "an occupancy", chunk)
    },
    errors: {
      NotFound: async ({ api, group, people: { stranger } }) => {
        for (const conversationId of [group, freshId()]) {
          const { error } = await startStream(api.origin, "presence.count", { conversationId }, stranger.token)
          expectSame("the end", { _tag: "NotFound" }, error)
        }
      }
    }
  },
  "presence.history": {
    good: async ({ api, group, people: { member } }) => {
      const { everyMs } = await api.value("presence.history", { conversationId: group, window: "1h" }, member.token)
      expectSame("the step", 300_000, everyMs)
    },
    errors: readErrors("presence.history", { window: "1h" })
  },
  "history.page": {
    good: async ({ api, group, ownerPost, people: { member } }) => {
      const { rows } = await api.value(
        "history.page",
        { conversationId: group, around: ownerPost.seq, limit: 1 },
        member.token
      )
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
        return {
          id,
          seq: await accepts(socket, { op: "post", id, conversationId: group, posts: [{ id, text: "to be changed" }] })
        }
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
        const seq = await accepts(socket, {
          op: "post",
          id,
          conversationId: group,
          posts: [{ id, text: "to be reacted to" }]
        })
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
