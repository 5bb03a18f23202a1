/** Frames about a conversation by those who are not in it, or may not do this in it. */
import { UserId } from "@hibiki/core/domain/Ids"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import type { ClientFrame } from "@hibiki/core/protocol/ClientFrame"
import { expectSilence } from "../bad/BadInput.ts"
import type { Case, Entry } from "../Case.ts"
import { expectSame } from "../Mismatch.ts"
import { freshId, offline, type Person } from "../Person.ts"
import type { ProtocolSocket } from "../ProtocolSocket.ts"
import { accepts, type Command, decide, postBy, postOf, type Stage } from "../Stage.ts"

type Who = "stranger" | "former" | "member" | "admin" | "owner"
const outsiders = ["stranger", "former"] as const

const by = (who: Who, what: string, run: (socket: ProtocolSocket, stage: Stage) => Promise<void>): Case => ({
  name: `${what} by ${who}`,
  run: (stage) => stage.people[who].with((socket) => run(socket, stage))
})

/** A command of an outsider, on the group and on what is not there: the same answer. */
const absent = (make: (stage: Stage, conversationId: string) => Command): ReadonlyArray<Case> =>
  outsiders.map((who) =>
    by(who, "looks absent", async (socket, stage) => {
      for (const conversationId of [stage.group, freshId()]) {
        expectSame("the code", "not_found", (await decide(socket, make(stage, conversationId))).code)
      }
    })
  )

const on = (conversationId: string, op: string, target: number, more: object = {}): Command => ({
  ...{ op, id: freshId(), conversationId, target },
  ...more
})

/** On a new message of the owner's. */
const onOwners = (
  who: Who,
  what: string,
  code: string | undefined,
  make: (conversationId: string, target: number) => Command
): Case =>
  by(who, what, async (socket, { group, people: { owner } }) => {
    const { seq } = await owner.with((other) => postBy(other, group, "the owner's own"))
    expectSame("the code", code, (await decide(socket, make(group, seq))).code)
  })

type Frame = { readonly op: string; readonly [field: string]: unknown }

/**
 * The outsider types, and then a member: of the two the other member is told the member's alone. Hints are gathered for
 * a moment, so that the member's is the proof that the outsider's would have come by now. Each case has a typist of its
 * own, since one types once in 3 s.
 */
const typesUnheard = (who: (typeof outsiders)[number]): Case =>
  by(who, "is told to nobody", async (socket, { direct, group, people: { member, owner } }) => {
    const [conversationId, typist, listener] = who === "stranger" ? [direct, member, owner] : [group, owner, member]
    await listener.with((other) =>
      typist.with(async (mine) => {
        socket.send({ op: "typing", conversationId })
        await expectSilence(socket)
        mine.send({ op: "typing", conversationId })
        const { userId } = await other.takeOp("typing", (heard) => heard.conversationId === conversationId)
        expectSame("whose sign is told first", typist.userId, userId)
      })
    )
  })

/** Neither an answer nor a change of how far the member is. */
const changesNothing = (frame: (stage: Stage, seq: number) => Frame): ReadonlyArray<Case> =>
  outsiders.map((who) =>
    by(who, "says nothing and does nothing", async (socket, stage) => {
      const { api, direct, people } = stage
      const { seq } = await people.owner.with((other) => postBy(other, direct, "not for others"))
      const receipts = () => api.value("conversation.receipts", { conversationId: direct }, people.owner.token)
      const before = await receipts()
      socket.send(frame(stage, seq))
      await expectSilence(socket)
      expectSame("how far the member is", before, await receipts())
    })
  )

const edit = (conversationId: string, target: number) => on(conversationId, "edit", target, { text: "changed" })
const react = (conversationId: string, target: number) => on(conversationId, "react", target, { emoji: "👍", on: true })
const withdrawOf = (conversationId: string): Command => ({ op: "withdraw", id: freshId(), conversationId })
const directIdOf = (a: Person, b: Person): string => directConversationId(UserId.make(a.userId), UserId.make(b.userId))
const ownSocket = { unprovoked: "touches nothing but the socket's own" }

const watched = (who: Who, sees: boolean): Case =>
  by(
    who,
    sees ? "shows those who share a conversation" : "shows whoever shares none as offline",
    (socket, { people }) =>
      people.admin.with(async () => {
        for (;;) {
          socket.send({ op: "watch", userIds: [people.newcomer.userId, people.admin.userId] })
          const { users } = await socket.takeOp("presence")
          const admins = users.filter(({ userId }) => userId === people.admin.userId)
          if (!sees) return expectSame("the admin of the group", [offline(people.admin)], admins)
          // Of others it may be told a moment later.
          if (admins.some(({ state }) => state === "active")) return
        }
      })
  )

export const frameAuthority: Readonly<Record<ClientFrame["op"], Entry>> = {
  hello: outsiders.map((who) => ({
    name: `a cursor of a conversation of others by ${who}`,
    run: async ({ api, group, people }) => {
      const { epoch } = await api.value("me.snapshot", {}, people[who].token)
      const socket = await people[who].open({ epoch, cursors: [[group, 0]] })
      socket.terminate()
      expectSame(
        "what is told of it",
        [],
        socket.heard.filter((frame) => "conversationId" in frame && frame.conversationId === group)
      )
    }
  })),
  cursors: ownSocket,
  post: [
    ...absent((_, conversationId) => postOf(conversationId, "let me in")),
    by("member", "is accepted", async (socket, { group }) => void (await accepts(socket, postOf(group, "a member's"))))
  ],
  edit: [
    ...absent(({ ownerPost }, conversationId) => edit(conversationId, ownerPost.seq)),
    onOwners("member", "of another's is forbidden", "forbidden", edit),
    onOwners("admin", "of another's is forbidden", "forbidden", edit),
    onOwners("owner", "of one's own is accepted", undefined, edit)
  ],
  delete: [
    ...absent(({ ownerPost }, conversationId) => on(conversationId, "delete", ownerPost.seq)),
    onOwners("member", "of another's is forbidden", "forbidden", (log, target) => on(log, "delete", target)),
    onOwners("admin", "of another's is accepted", undefined, (log, target) => on(log, "delete", target))
  ],
  react: [
    ...absent(({ ownerPost }, conversationId) => react(conversationId, ownerPost.seq)),
    onOwners("member", "to another's is accepted", undefined, react)
  ],
  withdraw: [
    // What was decided is answered before rights are looked at, and a post of before one's removal can be taken back.
    ...(["stranger", "former", "member"] as const).map((who) =>
      by(who, "of another's is a conflict", async (socket, { group, ownerPost: { id } }) =>
        expectSame("the code", "conflict", (await decide(socket, { op: "withdraw", id, conversationId: group })).code)
      )
    ),
    by("former", "of what never came is withdrawn", async (socket, { group }) =>
      expectSame("the code", "withdrawn", (await decide(socket, withdrawOf(group))).code)
    ),
    by("stranger", "of what never came looks absent", async (socket, { group }) => {
      for (const conversationId of [group, freshId()]) {
        expectSame("the code", "not_found", (await decide(socket, withdrawOf(conversationId))).code)
      }
    }),
    // The id of a direct conversation is made of those of its two, whom anybody can find.
    by("stranger", "does not tell whether two others talk", async (socket, { people: { former, member, owner } }) => {
      const ask = async (other: Person) => (await decide(socket, withdrawOf(directIdOf(owner, other)))).code
      expectSame("the code, where they do and where they don't", await ask(former), await ask(member))
    })
  ],
  ack: changesNothing(({ direct }, seq) => ({ op: "ack", cursors: [[direct, seq]] })),
  read: changesNothing(({ direct }, seq) => ({ op: "read", conversationId: direct, seq })),
  range: [
    ...outsiders.map((who) =>
      by(who, "is withheld", async (socket, { group }) => {
        for (const conversationId of [group, freshId()]) {
          socket.send({ op: "range", conversationId, from: 1, to: 2 })
          const { from, to } = await socket.takeOp("withheld", (frame) => frame.conversationId === conversationId)
          expectSame("the range", [1, 2], [from, to])
        }
      })
    ),
    by("member", "is answered by events", async (socket, { group }) => {
      socket.send({ op: "range", conversationId: group, from: 1, to: 1 })
      await socket.takeOp("events", ({ conversationId }) => conversationId === group)
    })
  ],
  typing: outsiders.map(typesUnheard),
  watch: [watched("stranger", false), watched("former", false), watched("member", true)],
  presence: ownSocket,
  ping: ownSocket,
  bye: ownSocket
}
