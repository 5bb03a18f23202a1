/** Every final code, by a command that is refused with it; and that it stays so. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import type { Case, Entry } from "../Case.ts"
import { expectSame } from "../Mismatch.ts"
import { freshId, type Person } from "../Person.ts"
import { type Command, decide, makeGroup, postBy, postOf, type Stage } from "../Stage.ts"

/** The command is refused, and once more under the same id. */
const refuses = (
  code: RefusalCode,
  name: string,
  who: (stage: Stage) => Person,
  make: (stage: Stage) => Command
): Case => ({
  name,
  run: (stage) =>
    who(stage).with(async (socket) => {
      const command = make(stage)
      for (const what of ["the code", "the code under the same id"])
        expectSame(what, code, (await decide(socket, command)).code)
    })
})

const member = (stage: Stage) => stage.people.member
const on = (stage: Stage, op: string, target: number, more: object = {}) => ({
  ...{ op, id: freshId(), conversationId: stage.group, target },
  ...more
})

const tooManyEmoji: Case = {
  name: "one more kind of emoji on a message",
  run: ({ group, people }) =>
    people.member.with(async (socket) => {
      const { seq } = await postBy(socket, group, "to be reacted to")
      for (let n = 0; n <= Limits.emojiKindsMax; n++) {
        const id = freshId()
        const emoji = String.fromCodePoint(0x1f600 + n)
        const { code } = await decide(socket, { op: "react", id, conversationId: group, target: seq, emoji, on: true })
        expectSame(`the code of emoji ${n + 1}`, n < Limits.emojiKindsMax ? undefined : "too_many", code)
      }
    })
}

const lastOwner: Case = {
  name: "the last owner can't leave, nor give up the role",
  run: async ({ api, people: { member: other, owner } }) => {
    const conversationId = await makeGroup(api, owner, [other])
    const code = "last_owner"
    await api.fails("conversation.leave", { id: freshId(), conversationId }, owner.token, 409, {
      _tag: "Refused",
      code
    })
    const role = { id: freshId(), conversationId, userId: owner.userId, role: "member" }
    await api.fails("conversation.setRole", role, owner.token, 409, { _tag: "Refused", code })
  }
}

const bannedStayOut: Case = {
  name: "a banned person neither joins nor is added",
  run: async ({ api, people: { member: other, newcomer, owner } }) => {
    const conversationId = await makeGroup(api, owner, [newcomer, other], "channel")
    const banned = { _tag: "Refused", code: "banned" } as const
    await api.value("conversation.ban", { id: freshId(), conversationId, userId: newcomer.userId }, owner.token)
    await api.fails("conversation.join", { id: freshId(), conversationId }, newcomer.token, 409, banned)
    const add = { id: freshId(), conversationId, userIds: [newcomer.userId] }
    await api.fails("conversation.add", add, other.token, 409, banned)
  }
}

const closedTakesNothing: Case = {
  name: "a message in a closed conversation",
  run: async ({ api, people: { member: other, newcomer, owner } }) => {
    const conversationId = await makeGroup(api, newcomer, [other, owner], "channel")
    await api.value("conversation.close", { id: freshId(), conversationId }, newcomer.token)
    await newcomer.with(async (socket) =>
      expectSame("the code", "closed", (await decide(socket, postOf(conversationId, "a"))).code)
    )
  }
}

const slowMode: Case = {
  name: "a second message in slow mode, with the time to wait",
  run: async ({ api, people: { newcomer, stranger } }) => {
    const conversationId = await makeGroup(api, newcomer, [stranger])
    const rules = { post: "all", add: "all", slowSeconds: 900 } as const
    await api.value("conversation.setRules", { id: freshId(), conversationId, ...rules }, newcomer.token)
    await stranger.with(async (socket) => {
      await decide(socket, postOf(conversationId, "one"))
      const second = postOf(conversationId, "two")
      const { code, retryAfterMs = 0 } = await decide(socket, second)
      expectSame("the code, and whether it says how long", ["slow_mode", true], [code, retryAfterMs > 800_000])
      expectSame("the code under the same id", "slow_mode", (await decide(socket, second)).code)
    })
  }
}

const withdrawnFirst: Case = {
  name: "a post that was taken back before it came",
  run: ({ group, people }) =>
    people.member.with(async (socket) => {
      const id = freshId()
      expectSame(
        "the withdraw's code",
        "withdrawn",
        (await decide(socket, { op: "withdraw", id, conversationId: group })).code
      )
      expectSame("the code", "withdrawn", (await decide(socket, postOf(group, "late", {}, id))).code)
    })
}

export const refusals: Readonly<Record<RefusalCode, Entry>> = {
  not_found: [
    refuses("not_found", "a conversation that is not there", member, () => postOf(freshId(), "a")),
    refuses("not_found", "another's conversation", member, (stage) => postOf(stage.foreign, "a"))
  ],
  forbidden: [
    refuses("forbidden", "editing another's message", member, (stage) =>
      on(stage, "edit", stage.ownerPost.seq, { text: "mine" })
    ),
    refuses("forbidden", "a member deleting another's message", member, (stage) =>
      on(stage, "delete", stage.ownerPost.seq)
    )
  ],
  conflict: [
    refuses("conflict", "an id that holds another text", member, ({ group, memberPost: { id } }) =>
      postOf(group, "other", {}, id)
    ),
    refuses("conflict", "an id of somebody else", member, ({ group, ownerPost: { id, text } }) =>
      postOf(group, text, {}, id)
    )
  ],
  withdrawn: [withdrawnFirst],
  no_change: [
    refuses("no_change", "an edit to the same text", member, (stage) =>
      on(stage, "edit", stage.memberPost.seq, { text: stage.memberPost.text })
    )
  ],
  invalid_target: [
    refuses("invalid_target", "an edit of a row that is no message", member, (stage) =>
      on(stage, "edit", 1, { text: "a" })
    ),
    refuses("invalid_target", "a reaction beyond the end", member, (stage) =>
      on(stage, "react", 9_007_199_254_740_991, { emoji: "👍", on: true })
    ),
    refuses("invalid_target", "a reply to what is not there", member, (stage) =>
      postOf(stage.group, "a", { replyTo: 1_000_000 })
    )
  ],
  too_many: [tooManyEmoji],
  last_owner: [lastOwner],
  banned: [bannedStayOut],
  closed: [closedTakesNothing],
  slow_mode: [slowMode],
  unsupported: [
    refuses("unsupported", "a message in one's personal log", member, (stage) =>
      postOf(stage.people.member.userId, "a")
    ),
    {
      name: "leaving a direct conversation",
      run: ({ api, direct, people }) =>
        api.fails("conversation.leave", { id: freshId(), conversationId: direct }, people.member.token, 409, {
          _tag: "Refused",
          code: "unsupported"
        })
    }
  ],
  epoch_changed: { unprovoked: "needs a store that was restored while a command waited" }
}
