/** Every frame that a server sends, by what brings it about. */
import type { ReadCell } from "@hibiki/core/domain/ReadCell"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import type { Case, Entry } from "../Case.ts"
import { expectSame, expectThat } from "../Mismatch.ts"
import { freshId } from "../Person.ts"
import { ProtocolSocket } from "../ProtocolSocket.ts"
import { postBy, type Stage } from "../Stage.ts"
import { clientFrames, typingOf } from "./clientFrames.ts"

const one = (name: string, run: (stage: Stage) => Promise<void>): ReadonlyArray<Case> => [{ name, run }]

/** More than any server lets through at once. */
const framesMost = 400

export const serverFrames: Readonly<Record<ServerFrame["op"], Entry>> = {
  welcome: one("says who was let in, where, and how to come back", async ({ api, people: { member } }) => {
    const { epoch } = await api.value("me.snapshot", {}, member.token)
    const socket = await ProtocolSocket.open(api.origin)
    socket.send(member.hello(await member.ticket()))
    const welcome = await socket.takeOp("welcome")
    expectSame(
      "who",
      [member.userId, member.id, epoch, 1],
      [welcome.userId, welcome.device, welcome.epoch, welcome.version]
    )
    socket.terminate()
    const again = await ProtocolSocket.open(api.origin)
    again.send(member.hello(welcome.resumeTicket))
    await again.takeOp("welcome")
    again.terminate()
  }),
  events: one("bring others' messages, by whom and in one piece", ({ group, people: { admin, member } }) =>
    member.with(async (socket) => {
      const { id, seq, text } = await admin.with((other) => postBy(other, group, "for everybody"))
      const { events } = await socket.takeOp("events", (frame) => frame.events.some((event) => event.id === id))
      const event = events.find((each) => each.id === id)
      expectSame(
        "the event",
        [seq, admin.userId, "posted", text],
        [event?.seq, event?.by, event?.kind, event?.kind === "posted" && event.text]
      )
    })
  ),
  accepted: one("stands for the event: the sender is not sent it again", ({ group, people: { member } }) =>
    member.with(async (socket) => {
      const first = await postBy(socket, group, "mine")
      const next = await postBy(socket, group, "mine too")
      expectSame("the next place", first.seq + 1, next.seq)
      expectThat(
        "no own event came",
        !socket.heard.some((frame) => frame.op === "events" && frame.conversationId === group),
        socket.heard
      )
    })
  ),
  refused: one("names the command and why", ({ people: { member } }) =>
    member.with(async (socket) => {
      const [id, conversationId] = [freshId(), freshId()]
      socket.send({ op: "delete", id, conversationId, target: 1 })
      const refused = await socket.takeOp("refused")
      expectSame("the frame", { op: "refused", id, conversationId, code: "not_found" }, refused)
    })
  ),
  busy: one("says when to send again what is too much", ({ people: { newcomer } }) =>
    newcomer.with(async (socket) => {
      // To a place that is not there: it costs the same and leaves nothing behind.
      const conversationId = freshId()
      const answer = socket.takeOp("busy", undefined, 30_000)
      let answered = false
      void answer.then(
        () => (answered = true),
        () => (answered = true)
      )
      for (let sent = 0; sent < framesMost && !answered; sent++) {
        socket.send({
          op: "post",
          conversationId,
          posts: Array.from({ length: 50 }, () => ({ id: freshId(), text: "a" }))
        })
        if (sent % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const { conversationId: of, retryAfterMs } = await answer
      expectSame("the conversation", conversationId, String(of))
      expectThat("a delay", Number.isSafeInteger(retryAfterMs) && retryAfterMs > 0, retryAfterMs)
    })
  ),
  behind: one("tells the head of every log that hello did not name", async (stage) => {
    const { api, group, people } = stage
    const { asOf } = await api.value("history.page", { conversationId: group, limit: 1 }, people.member.token)
    await people.member.with(async (socket) => {
      expectSame("the head", asOf, (await socket.takeOp("behind", (frame) => frame.conversationId === group)).head)
      await socket.takeOp("behind", (frame) => String(frame.conversationId) === people.member.userId)
    })
  }),
  withheld: one("tells of a range that is not for the asker", ({ group, people: { stranger } }) =>
    stranger.with(async (socket) => {
      socket.send({ op: "range", conversationId: group, from: 1, to: 3 })
      const { from, to } = await socket.takeOp("withheld", (frame) => frame.conversationId === group)
      expectSame("the range", [1, 3], [from, to])
    })
  ),
  reset: one("answers a cursor beyond the end", async ({ api, group, people: { member } }) => {
    const { epoch } = await api.value("me.snapshot", {}, member.token)
    const { asOf } = await api.value("history.page", { conversationId: group, limit: 1 }, member.token)
    await member.with(
      async (socket) => {
        expectSame("the head", asOf, (await socket.takeOp("reset", (frame) => frame.conversationId === group)).head)
      },
      { epoch, cursors: [[group, 9_007_199_254_740_991]] }
    )
  }),
  live: one("comes after everything missed", async ({ api, group, people }) => {
    const { epoch } = await api.value("me.snapshot", {}, people.member.token)
    const socket = await people.member.open({ epoch, cursors: [[group, 0]] })
    const told = socket.heard.flatMap((frame) =>
      frame.op === "events" && frame.conversationId === group ? frame.events : []
    )
    const { asOf } = await api.value("history.page", { conversationId: group, limit: 1 }, people.member.token)
    socket.terminate()
    expectSame(
      "every place",
      Array.from({ length: asOf }, (_, n) => n + 1),
      told.map(({ seq }) => seq)
    )
  }),
  presence: clientFrames.watch,
  typing: typingOf("admin", "member"),
  cursors: clientFrames.read,
  reads: one(
    "tell a device that comes how far its user has read, before it is live, and the other devices what is read then",
    ({ direct, people }) =>
      people.member.with(async (socket) => {
        const { seq } = await people.owner.with((other) => postBy(other, direct, "to be read on one device"))
        const other = await people.member.open({}, "welcome")
        const ofDirect = (frame: { readonly cells: ReadonlyArray<ReadCell> }) =>
          frame.cells.find(({ conversationId }) => conversationId === direct)
        await other.takeOp("live")
        const isTold = other.heard.some((frame) => frame.op === "reads" && ofDirect(frame) !== undefined)
        expectThat("that before it is live", isTold, other.heard)
        socket.send({ op: "read", conversationId: direct, seq })
        for (const device of [socket, other]) await device.takeOp("reads", (frame) => ofDirect(frame)?.readUpTo === seq)
        other.terminate()
      })
  ),
  moving: {
    unprovoked: "only a server that goes away says it: in the group of that name, where the suite may end the server"
  },
  revoked: one("comes before the end of a sign-in's socket", async ({ api, people: { newcomer } }) => {
    const device = await newcomer.signInAgain()
    const socket = await device.open()
    await api.value("auth.signOut", {}, device.token)
    await socket.takeOp("revoked")
    expectSame("the close", { code: 4403, reason: "revoked" }, await socket.closed())
  }),
  pong: clientFrames.ping
}
