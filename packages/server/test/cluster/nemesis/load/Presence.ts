/** People who are only there, each with one socket at one gateway, and one who watches them. */
import { randomUUID } from "node:crypto"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { WebSocket } from "ws"
import { call, register } from "../../../e2e/kill/api.ts"
import type { Account } from "../../../e2e/kill/load.ts"
import { createGroup } from "../../../e2e/kill/populate.ts"

const againMs = 200
const lookEveryMs = 20
const askEveryMs = 300
/** Looks for an answer. */
const answerWaits = 100

/** A socket that does nothing but stay, at `url`, until it ends. */
const sit = async (
  calls: string,
  url: string,
  account: Account,
  take: (frame: ServerFrame) => void = () => undefined
) => {
  const { ticket } = await call<{ ticket: string }>(calls, "ticket.issue", {}, account.accessToken)
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`)
  const hello = {
    op: "hello",
    version: 1,
    ticket,
    device: account.deviceId,
    instance: randomUUID(),
    epoch: null,
    cursors: [],
    last: true
  }
  const live = new Promise<void>((resolve, reject) => {
    socket.on("open", () => socket.send(JSON.stringify(hello)))
    socket.on("message", (data) => {
      const frame: ServerFrame = JSON.parse(String(data))
      if (frame.op === "live") resolve()
      take(frame)
    })
    socket.on("error", () => undefined)
    socket.on("close", (code) => reject(new Error(`a socket closed with ${code} before it was live`)))
  })
  await live
  return socket
}

export class Presence {
  readonly #calls: string
  readonly #watcher: Account
  readonly #watched: ReadonlyArray<Account>
  readonly #front: string
  readonly #shown = new Map<UserId, string>()
  readonly #sockets = new Map<UserId, WebSocket>()
  #watching: WebSocket | undefined
  #isOver = false

  private constructor(calls: string, front: string, watcher: Account, watched: ReadonlyArray<Account>) {
    this.#calls = calls
    this.#front = front
    this.#watcher = watcher
    this.#watched = watched
  }

  /** `front`: where the watcher comes back when its gateway goes. */
  static async open(calls: string, front: string, prefix: string, people: number): Promise<Presence> {
    const [watcher, ...watched] = await Promise.all(
      Array.from({ length: people + 1 }, (_, i) => register(calls, `${prefix}p${i}`))
    )
    if (watcher === undefined) throw new Error("there is no watcher")
    await createGroup(
      calls,
      watcher,
      watched.map(({ userId }) => userId)
    )
    const presence = new Presence(calls, front, watcher, watched)
    await presence.#watch()
    return presence
  }

  /** Who is to be seen at this gateway: the first of those who sit nowhere. Done when the watcher sees it. */
  async sitAt(url: string): Promise<UserId> {
    const account = this.#watched.find(({ userId }) => !this.#sockets.has(userId))
    if (account === undefined) throw new Error("everybody sits somewhere")
    this.#sockets.set(account.userId, await sit(this.#calls, url, account))
    await this.until(account.userId, "active")
    return account.userId
  }

  /** Stands up, if the socket is still there. */
  leave(userId: UserId): void {
    this.#sockets.get(userId)?.close()
    this.#sockets.delete(userId)
  }

  /** Asks anew, so that nothing is taken for known that was shown before. */
  #askAnew(): void {
    this.#shown.clear()
    if (this.#watching?.readyState === WebSocket.OPEN) this.#ask(this.#watching)
  }

  /** How long it took until the watcher was shown this (ms). */
  async until(userId: UserId, state: "active" | "offline", withinMs = 60_000): Promise<number> {
    const since = performance.now()
    while (this.#shown.get(userId) !== state) {
      if (performance.now() - since > withinMs) return Number.POSITIVE_INFINITY
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
    return performance.now() - since
  }

  /**
   * How long after now the watcher was last shown something else (ms), however often it asks anew; 0 when it never was.
   */
  async lastWrong(userId: UserId, state: "active" | "offline", forMs: number): Promise<number> {
    const since = performance.now()
    let wrongMs = 0
    while (performance.now() - since < forMs) {
      const askedMs = performance.now() - since
      this.#askAnew()
      await new Promise((resolve) => setTimeout(resolve, askEveryMs))
      // Which may take its time where others need the processor as well.
      for (let waits = 0; !this.#shown.has(userId) && waits < answerWaits; waits++)
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      if (this.#shown.get(userId) !== state) wrongMs = askedMs
    }
    return wrongMs
  }

  close(): void {
    this.#isOver = true
    this.#watching?.terminate()
    for (const socket of this.#sockets.values()) socket.terminate()
  }

  async #watch(): Promise<void> {
    if (this.#isOver) return
    try {
      const socket = await sit(this.#calls, this.#front, this.#watcher, (frame) => {
        if (frame.op === "presence") for (const { state, userId } of frame.users) this.#shown.set(userId, state)
      })
      this.#watching = socket
      socket.on("close", () => this.#later())
      this.#ask(socket)
    } catch {
      this.#later()
    }
  }

  #later(): void {
    setTimeout(() => void this.#watch(), againMs)
  }

  #ask(socket: WebSocket): void {
    socket.send(JSON.stringify({ op: "watch", userIds: this.#watched.map(({ userId }) => userId) }))
  }
}
