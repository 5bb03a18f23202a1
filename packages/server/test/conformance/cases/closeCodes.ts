/** Every number that a socket is closed with, by what brings it about. */
import { randomUUID } from "node:crypto"
import { Limits } from "@hibiki/core/domain/Limits"
import type { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { begunEarly, type Case, type Entry } from "../Case.ts"
import { expectSame } from "../Mismatch.ts"
import { ProtocolSocket } from "../ProtocolSocket.ts"
import type { Stage } from "../Stage.ts"

const closes = (
  name: string,
  code: number,
  reason: string,
  provoke: (stage: Stage) => Promise<ProtocolSocket>
): Case => ({
  name,
  run: async (stage) => {
    const socket = await provoke(stage)
    try {
      expectSame("the close", { code, reason }, await socket.closed(10_000))
    } finally {
      socket.terminate()
    }
  }
})

const unwelcome = async ({ api, people: { member } }: Stage, changes: object): Promise<ProtocolSocket> => {
  const socket = await ProtocolSocket.open(api.origin)
  socket.send({ ...member.hello(await member.ticket()), ...changes })
  return socket
}

/** A ticket that was asked for from one place, used from another. `undefined`: of no page, so without an Origin. */
const fromElsewhere = async (
  { api, people: { member } }: Stage,
  asked: string | undefined,
  used: string | undefined
) => {
  const { ticket } = await api.value("ticket.issue", {}, member.token, asked)
  const socket = await ProtocolSocket.open(api.origin, used)
  socket.send(member.hello(ticket))
  return socket
}

/** A page's second socket, by the ticket that its first was welcomed with. */
const afterWelcome = async (stage: Stage, used: string | undefined): Promise<ProtocolSocket> => {
  const { api, people } = stage
  const first = await fromElsewhere(stage, api.origin, api.origin)
  const { resumeTicket } = await first.takeOp("welcome")
  first.terminate()
  api.secrets.add(resumeTicket)
  const socket = await ProtocolSocket.open(api.origin, used)
  socket.send(people.member.hello(resumeTicket))
  return socket
}

const saying = async (
  { people: { member } }: Stage,
  say: (socket: ProtocolSocket) => void
): Promise<ProtocolSocket> => {
  const socket = await member.open()
  say(socket)
  return socket
}

export const closeCodes: Readonly<Record<keyof typeof CloseCodes, Entry>> = {
  goingAway: [
    closes("after bye", 1001, "going_away", (stage) => saying(stage, (socket) => socket.send({ op: "bye" })))
  ],
  // The reason is left to the WebSocket layer, which ends the message before anybody reads it.
  tooLarge: [
    closes("one byte too many", 1009, "", (stage) =>
      saying(stage, (socket) => socket.text(" ".repeat(Limits.frameBytes + 1)))
    )
  ],
  badFrame: [
    closes("what can't be read", 4400, "bad_frame", (stage) => saying(stage, (socket) => socket.text("x"))),
    closes("a binary message", 4400, "bad_frame", (stage) =>
      saying(stage, (socket) => socket.binary(Buffer.from('{"op":"ping"}')))
    )
  ],
  unauthenticated: [
    closes("an unknown ticket", 4401, "unauthenticated", (stage) => unwelcome(stage, { ticket: "nobodys" })),
    closes("another device's ticket", 4401, "unauthenticated", (stage) =>
      unwelcome(stage, { device: stage.otherDevice.id })
    ),
    closes("a ticket of no page, on a page's socket", 4401, "unauthenticated", (stage) =>
      fromElsewhere(stage, undefined, stage.api.origin)
    ),
    closes("a page's ticket, on a socket of no page", 4401, "unauthenticated", (stage) =>
      fromElsewhere(stage, stage.api.origin, undefined)
    ),
    closes("a page's next ticket, on a socket of no page", 4401, "unauthenticated", (stage) =>
      afterWelcome(stage, undefined)
    ),
    {
      name: "not by a page's next ticket on its next socket",
      run: async (stage) => {
        const socket = await afterWelcome(stage, stage.api.origin)
        await socket.takeOp("welcome")
        socket.terminate()
      }
    }
  ],
  revoked: [
    closes("after a sign-out", 4403, "revoked", async ({ api, people: { newcomer } }) => {
      const device = await newcomer.signInAgain()
      const socket = await device.open()
      await api.value("auth.signOut", {}, device.token)
      return socket
    })
  ],
  helloTimeout: [
    begunEarly(closes("without hello", 4408, "hello_timeout", ({ api }) => ProtocolSocket.open(api.origin)))
  ],
  replaced: [
    closes("by a newer socket of the same device and instance", 4409, "replaced", async ({ people: { member } }) => {
      const instance = randomUUID()
      const first = await member.open({ instance })
      const second = await member.open({ instance })
      second.terminate()
      return first
    })
  ],
  version: [closes("a version that is not spoken", 4426, "version", (stage) => unwelcome(stage, { version: 0 }))],
  rateLimited: [
    closes("more frames than may be", 4429, "rate_limited", (stage) =>
      saying(stage, (socket) => {
        for (let sent = 0; sent < 20_000; sent++) socket.send({ op: "ping" })
      })
    )
  ],
  internal: { unprovoked: "needs a failure inside the server" },
  moving: {
    unprovoked: "only a server that goes away says it: in the group of that name, where the suite may end the server"
  },
  tooSlow: {
    unprovoked:
      "needs a reader that takes nothing for 30 s, and then reads within the 3 s after which it is cut: nobody outside knows when"
  },
  silent: { unprovoked: "the server cuts a silent connection, which hears no code any more" }
}
