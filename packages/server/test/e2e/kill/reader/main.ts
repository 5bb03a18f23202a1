/**
 * A process of readers that speak the socket protocol by hand, with nothing of Hibiki's client: one per account given.
 * Started by fork; takes `{origin, accounts}`, answers `report` with what each read, in order.
 */
import { randomUUID } from "node:crypto"
import WebSocket from "ws"
import { type Account, call } from "../api.ts"
import type { ReaderReport } from "../load.ts"

type Frame = {
  readonly op: string
  readonly conversationId: string
  readonly epoch: string
  readonly head: number
  readonly from: number
  readonly to: number
  readonly events: ReadonlyArray<{ readonly seq: number; readonly id: string }>
}

const violations: Array<string> = []
let connects = 0

const read = (origin: string, account: Account) => {
  const instance = randomUUID()
  const cursors = new Map<string, number>()
  const events: Record<string, Array<readonly [number, string]>> = {}
  let epoch: string | null = null

  const take = (frame: Frame) => {
    if (frame.op === "welcome") epoch = frame.epoch
    else if (frame.op === "behind" && !cursors.has(frame.conversationId)) cursors.set(frame.conversationId, frame.head)
    else if (frame.op === "behind" || frame.op === "reset") violations.push(`${frame.op} in ${frame.conversationId} at ${frame.head}`)
    else if (frame.op === "withheld") cursors.set(frame.conversationId, frame.to)
    else if (frame.op === "events") {
      for (const { id, seq } of frame.events) {
        const cursor = cursors.get(frame.conversationId) ?? 0
        if (seq <= cursor) continue
        if (seq !== cursor + 1) violations.push(`gap in ${frame.conversationId}: ${cursor} then ${seq}`)
        cursors.set(frame.conversationId, seq)
        events[frame.conversationId] ??= []
        events[frame.conversationId]?.push([seq, id])
      }
    }
  }
  const connect = async (): Promise<void> => {
    const ticket = await call<{ ticket: string }>(origin, "ticket.issue", {}, account.accessToken).catch(() => undefined)
    if (ticket === undefined) {
      setTimeout(connect, 200)
      return
    }
    const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`)
    socket.on("open", () => {
      connects++
      socket.send(
        JSON.stringify({
          op: "hello",
          version: 1,
          ticket: ticket.ticket,
          device: account.deviceId,
          instance,
          epoch,
          cursors: [...cursors],
          last: true
        })
      )
    })
    socket.on("message", (data) => take(JSON.parse(String(data))))
    socket.on("error", () => undefined)
    socket.on("close", () => setTimeout(connect, 200))
  }
  void connect()
  return events
}

let logs: Array<ReturnType<typeof read>> = []
process.on(
  "message",
  (message: { readonly op: "read"; readonly origin: string; readonly accounts: ReadonlyArray<Account> } | { readonly op: "report" }) => {
    if (message.op === "read") logs = message.accounts.map((account) => read(message.origin, account))
    else process.send?.({ logs, violations, connects } satisfies ReaderReport)
  }
)
