/** What holds between two things that are said: one after the other, again, or at the same time. */
import { randomUUID } from "node:crypto"
import type { Case } from "../Case.ts"
import { expectSame, expectThat } from "../Mismatch.ts"
import { type Device, freshId } from "../Person.ts"
import { ProtocolSocket } from "../ProtocolSocket.ts"
import { connectTo } from "../raw/RawConnection.ts"
import { makeGroup, postBy, type Stage } from "../Stage.ts"

const opened = async (
  origin: string,
  hello: { readonly op: string; readonly [field: string]: unknown }
): Promise<"welcome" | number> => {
  const socket = await ProtocolSocket.open(origin)
  try {
    socket.send(hello)
    await socket.takeOp("welcome")
    return "welcome"
  } catch {
    return (await socket.closed()).code
  } finally {
    socket.terminate()
  }
}

const request = (tag: string, { token }: Device): string =>
  `POST /api/v1/${tag} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\nContent-Length: 2\r\n\r\n{}`

/**
 * Statuses of the answers on one connection. `then` is sent in the turn in which the first `after` of them are there.
 */
const pipelined = (origin: string, first: string, after: number, then: string): Promise<ReadonlyArray<number>> =>
  new Promise((resolve, reject) => {
    const socket = connectTo(origin)
    let heard = ""
    let sent = false
    const statuses = () => [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(statuses())
    }
    const timer = setTimeout(finish, 5_000)
    socket.on("error", reject)
    socket.on("end", finish)
    socket.on("data", (chunk: Uint8Array) => {
      heard += Buffer.from(chunk).toString("latin1")
      const count = statuses().length
      if (count > after) finish()
      else if (count === after && !sent) {
        sent = true
        socket.write(then)
      }
    })
    socket.write(first)
  })

/** How far the member holds and has read the direct conversation, as the owner is told. */
const receiptOf = async ({ api, direct, people: { member, owner } }: Stage) => {
  const receipts = await api.value("conversation.receipts", { conversationId: direct }, owner.token)
  const found = receipts.find(({ userId }) => userId === member.userId)
  return [found?.delivered ?? 0, found?.read ?? 0]
}

/** What is looked at of openapi.json. */
interface Described {
  readonly paths: Record<string, { readonly post: { readonly responses: { readonly 200: DescribedAnswer } } }>
}
interface DescribedAnswer {
  readonly content: {
    readonly "application/json": {
      readonly schema: { readonly properties: { readonly value: { readonly type?: string } } }
    }
  }
}

export const stateCases: ReadonlyArray<Case> = [
  {
    name: "a call that answers nothing answers an empty object, and openapi.json says so",
    run: async ({ api, people: { member } }) => {
      expectSame("the answer", {}, await api.value("user.updateSettings", { invisible: false }, member.token))
      const { paths } = (await (await fetch(`${api.origin}/api/v1/openapi.json`)).json()) as Described
      const answer = paths["/api/v1/user.updateSettings"]?.post.responses["200"].content["application/json"].schema
      expectSame("its type in openapi.json", "object", answer?.properties.value.type)
    }
  },
  {
    name: "two sockets of one device are both live when their instances differ",
    run: async ({ people: { member } }) => {
      const sockets = [await member.open({ instance: randomUUID() }), await member.open({ instance: randomUUID() })]
      for (const socket of sockets) {
        socket.send({ op: "ping" })
        await socket.takeOp("pong")
        socket.terminate()
      }
    }
  },
  {
    name: "a ticket that two bring at the same time lets one of them in",
    run: async ({ api, people: { member } }) => {
      const hello = member.hello(await member.ticket())
      const ends = await Promise.all([
        opened(api.origin, hello),
        opened(api.origin, { ...hello, instance: randomUUID() })
      ])
      expectSame("what became of the two", ["4401", "welcome"], ends.map(String).sort())
    }
  },
  {
    name: "an old ack and an old read take nothing back",
    run: async (stage) => {
      const { direct, people } = stage
      await people.member.with(async (socket) => {
        await people.owner.with(async (other) => {
          await postBy(other, direct, "an older one")
          const { id, seq } = await postBy(other, direct, "to be held and read")
          await socket.takeOp("events", ({ events }) => events.some((event) => event.id === id))
          socket.send({ op: "ack", cursors: [[direct, seq]] })
          socket.send({ op: "read", conversationId: direct, seq })
          // Together in one frame or one after the other.
          const told = { read: 0, delivered: 0 }
          await other.takeOp("cursors", ({ conversationId, delivered = 0, read = 0 }) => {
            if (conversationId !== direct) return false
            told.read = Math.max(told.read, read)
            told.delivered = Math.max(told.delivered, delivered)
            return told.read >= seq && told.delivered >= seq
          })
          socket.send({ op: "ack", cursors: [[direct, seq - 1]] })
          socket.send({ op: "read", conversationId: direct, seq: seq - 1 })
          // What is posted after them is answered after them.
          await postBy(socket, direct, "after the old ones")
          expectSame("delivered and read", [seq, seq], await receiptOf(stage))
        })
      })
    }
  },
  {
    name: "a call behind the end of its sign-in, in the turn of its answer, is not let in",
    run: async ({ api, people: { newcomer } }) => {
      const device = await newcomer.signInAgain()
      const call = request("user.me", device)
      expectSame("the statuses", [200, 401], await pipelined(api.origin, request("auth.signOut", device), 1, call))
    }
  },
  {
    name: "a call in the same segment as the end of its sign-in is decided before that or refused",
    run: async ({ api, people: { newcomer } }) => {
      const device = await newcomer.signInAgain()
      const call = request("user.me", device)
      const [ended, same, behind] = await pipelined(api.origin, `${request("auth.signOut", device)}${call}`, 2, call)
      expectSame("the end and the call behind it", [200, 401], [ended, behind])
      expectThat("the call in the same segment", same === 200 || same === 401, same)
    }
  },
  {
    name: "a group of oneself alone is one, and can be left",
    run: async ({ api, people: { member } }) => {
      const conversationId = await makeGroup(api, member, [])
      const members = await api.value("conversation.members", { conversationId }, member.token)
      expectSame(
        "its members",
        [[member.userId, "owner"]],
        members.map(({ role, userId }) => [userId, role])
      )
      await api.value("conversation.leave", { id: freshId(), conversationId }, member.token)
      await api.fails("conversation.get", { conversationId }, member.token, 404, { _tag: "NotFound" })
    }
  }
]
