/**
 * What a server does for those who are there when it goes away. The last group, and only where the suite may end the
 * server.
 */
import type { Group } from "../Case.ts"
import { exchange } from "../client.ts"
import { expectSame, expectThat } from "../Mismatch.ts"
import { freshId } from "../Person.ts"
import type { ProtocolSocket } from "../ProtocolSocket.ts"
import { exchangeRaw } from "../raw/RawConnection.ts"
import { upgrade } from "../raw/upgrade.ts"
import type { Stage } from "../Stage.ts"
import { requestOf, StreamSocket } from "../StreamSocket.ts"

/** A server is gone within 20 s, and its sockets before that. */
const goneWithinMs = 15_000
/** Nobody has to stay away longer. */
const awayMostMs = 5_000

const moves = async (socket: ProtocolSocket): Promise<void> => {
  const { retryAfterMs } = await socket.takeOp("moving", undefined, goneWithinMs)
  expectThat(
    "a delay",
    Number.isSafeInteger(retryAfterMs) && retryAfterMs >= 0 && retryAfterMs <= awayMostMs,
    retryAfterMs
  )
  expectSame("the close", { code: 4503, reason: "moving" }, await socket.closed(goneWithinMs))
}

/** What was sent before the end is told of before the close, or never was taken. */
const settled = (socket: ProtocolSocket, ids: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
  socket
    .closed(goneWithinMs)
    .then(() =>
      socket.heard.flatMap((frame) => (frame.op === "accepted" && ids.includes(frame.id) ? [String(frame.id)] : []))
    )

const takesNobody = async ({ api: { origin } }: Stage): Promise<void> => {
  // One after the other: of two at once the one that fails first would have nobody who listens.
  for (const attempt of [
    () => exchangeRaw(origin, { bytes: upgrade("/ws") }),
    () => exchange(origin, { method: "GET", path: "/health/ready" })
  ]) {
    const status = await attempt().then(
      (answer) => answer.status,
      () => 0
    )
    expectThat("no answer, or Unavailable", status === 0 || status === 503, status)
  }
}

export const goingAwayGroup = (leave: () => void): Group => ({
  name: "going away",
  cases: [
    {
      name: "sockets are told when to come back and closed by 4503, streams too, what is under way is finished, and nobody is let in",
      run: async (stage) => {
        const { api, group, people } = stage
        const sockets = [await people.member.open(), await people.admin.open()]
        const [sender] = sockets
        const stream = await StreamSocket.open(api.origin)
        stream.send(requestOf("1", "presence.watch", { conversationId: group }, people.member.token))
        expectSame("the stream's beginning", undefined, (await stream.start("1")).error)
        const ids = Array.from({ length: 20 }, freshId)
        for (const id of ids)
          sender?.send({ op: "post", conversationId: group, posts: [{ id, text: "before the end" }] })
        await sender?.takeOp("accepted", ({ id }) => id === ids[0])
        leave()
        const ends = [
          ...sockets.map(moves),
          stream.closed(goneWithinMs).then(({ code }) => expectSame("the stream's close", 4503, code))
        ]
        await Promise.all(ends)
        if (sender !== undefined) expectSame("what was accepted", ids.slice(1), await settled(sender, ids))
        await takesNobody(stage)
      }
    }
  ]
})
