/**
 * A process of readers that speak the socket protocol by hand, with nothing of Hibiki's client: one per account given.
 * Started by fork; takes `{origins, accounts}`, answers `report` with where each stands.
 */
import { randomUUID } from "node:crypto"
import { type ConversationId, type Epoch, InstanceId } from "@hibiki/core/domain/Ids"
import type { ClientFrame } from "@hibiki/core/protocol/ClientFrame"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import WebSocket from "ws"
import { call } from "../api.ts"
import type { Account, Origins, ReaderReport, ReadersMessage } from "../load.ts"
import { Recorder } from "../recording/Recorder.ts"

const againMs = 200
/** Far above what the writers' process comes to. */
const recorder = new Recorder(1_000_000)
const complaints: Array<string> = []

class Reader {
  readonly #origins: Origins
  readonly #account: Account
  readonly #instance = InstanceId.make(randomUUID())
  readonly cursors = new Map<ConversationId, number>()
  #epoch: Epoch | null = null

  constructor(origins: Origins, account: Account) {
    this.#origins = origins
    this.#account = account
  }

  async connect(): Promise<void> {
    const { accessToken, deviceId: device } = this.#account
    const ticket = await call<{ ticket: string }>(this.#origins.calls, "ticket.issue", {}, accessToken).catch(
      () => undefined
    )
    if (ticket === undefined) return this.#later()
    const socket = recorder.nextSocket()
    const connection = new WebSocket(`${this.#origins.sockets.replace("http", "ws")}/ws`)
    connection.on("open", () => {
      recorder.record({ _tag: "opened", device, socket })
      const frame: ClientFrame = {
        op: "hello",
        version: 1,
        ticket: ticket.ticket,
        device,
        instance: this.#instance,
        epoch: this.#epoch,
        cursors: [...this.cursors],
        last: true
      }
      recorder.record({ _tag: "sent", device, socket, frame })
      connection.send(JSON.stringify(frame))
    })
    connection.on("message", (data) => {
      const frame: ServerFrame = JSON.parse(String(data))
      recorder.record({ _tag: "received", device, socket, frame })
      this.#take(frame)
    })
    connection.on("error", () => undefined)
    connection.on("close", (code) => {
      recorder.record({ _tag: "closed", device, socket, code })
      this.#later()
    })
  }

  #later(): void {
    setTimeout(() => void this.connect(), againMs)
  }

  #take(frame: ServerFrame): void {
    if (frame.op === "welcome") this.#epoch = frame.epoch
    else if (frame.op === "withheld") this.cursors.set(frame.conversationId, frame.to)
    else if (frame.op === "behind" || frame.op === "reset") {
      // It was never away for long: only where it begins is told it.
      if (this.cursors.has(frame.conversationId))
        complaints.push(`a reader was told ${frame.op} in ${frame.conversationId} at ${frame.head}`)
      this.cursors.set(frame.conversationId, frame.head)
    } else if (frame.op === "events")
      // What does not follow is left to the checker; stated as it is held, the rest is asked for again.
      for (const { seq } of frame.events)
        if (seq === (this.cursors.get(frame.conversationId) ?? 0) + 1) this.cursors.set(frame.conversationId, seq)
  }
}

let readers: ReadonlyArray<Reader> = []
process.on("message", (message: ReadersMessage) => {
  if (message.op === "read") {
    readers = message.accounts.map((account) => new Reader(message.origins, account))
    for (const reader of readers) void reader.connect()
    return
  }
  recorder.flush()
  process.send?.({
    cursors: readers.map(({ cursors }) => Object.fromEntries(cursors)),
    complaints
  } satisfies ReaderReport)
})
