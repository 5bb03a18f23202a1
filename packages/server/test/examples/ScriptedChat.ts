/**
 * A server of one conversation for the bot alone, which a test has do what a server may do. It keeps the log, and
 * everything that the bot says.
 */
import { createServer } from "node:http"
import { join } from "node:path"
import { type WebSocket, WebSocketServer } from "ws"
import { root, run, type Started, temporaryFolder } from "../e2e/harness.ts"

const uuid = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
export const [bot, alice] = [uuid(1), uuid(2)]
const [log, device, epoch] = [uuid(3), uuid(4), uuid(5)]

type Said =
  | { readonly op: "hello"; readonly cursors: ReadonlyArray<readonly [string, number]> }
  | { readonly op: "range"; readonly from: number; readonly to: number }
  | { readonly op: "post"; readonly posts: ReadonlyArray<{ readonly id: string; readonly text: string }> }

export interface Script {
  /** The bot came, for the `n`-th time. */
  readonly onHello: (chat: ScriptedChat, n: number) => void
  /** What to do with the `n`-th range that it asks for; answered when not said. */
  readonly onRange?: (chat: ScriptedChat, from: number, to: number, n: number) => void
  /** Whether the `n`-th frame of posts is taken at once; when not said it is. */
  readonly takes?: (chat: ScriptedChat, n: number) => boolean
}

/** Events of one frame. */
const perFrame = 100

export class ScriptedChat {
  readonly replies: Array<string> = []
  readonly #script: Script
  readonly #events: Array<{ readonly seq: number; readonly id: string; readonly by: string; readonly at: number }> = []
  /** Where the bot keeps its place. */
  readonly place: string
  /** How far the bot said that it had come, at the last hello. */
  stated: number | undefined
  readonly #counts = { hello: 0, range: 0, post: 0 }
  #untaken: Array<Said & { readonly op: "post" }> = []
  #socket: WebSocket | undefined
  #looks: Array<() => void> = []

  constructor(script: Script, place: string) {
    this.#script = script
    this.place = place
  }

  get counts(): Readonly<Record<Said["op"], number>> {
    return this.#counts
  }

  get head(): number {
    return this.#events.length
  }

  attach(socket: WebSocket): void {
    this.#socket = socket
    socket.on("message", (text) => this.#hear(JSON.parse(String(text))))
  }

  close(code: number): void {
    this.#socket?.close(code)
  }

  /** Somebody else writes; nobody is told. */
  write(text: string): void {
    this.happen({ kind: "posted", text })
  }

  /** Somebody else does something; nobody is told. */
  happen(event: object): void {
    this.#append(uuid(1_000_000 + this.head), alice, event)
  }

  say(frame: object): void {
    this.#socket?.send(JSON.stringify({ conversationId: log, ...frame }))
  }

  /** The bot is in, and was added to the conversation: one of two people, if the log tells nothing else. */
  welcome(): void {
    this.say({
      op: "welcome",
      version: 1,
      epoch,
      userId: bot,
      device,
      resumeTicket: "",
      resumeTicketTtlMs: 0,
      pingIntervalMs: 20_000,
      at: 1
    })
    const added = { seq: 1, id: uuid(6), by: alice, at: 1, kind: "added", conversationId: log }
    this.say({ op: "events", conversationId: bot, events: [added] })
    this.say({ op: "live" })
  }

  /** Events `from` to `to`. */
  tell(from: number, to: number): void {
    for (let first = from; first <= to; first += perFrame)
      this.say({ op: "events", events: this.#events.slice(first - 1, Math.min(to, first + perFrame - 1)) })
  }

  /** Everything that was not taken so far. */
  take(): void {
    const frames = this.#untaken
    this.#untaken = []
    for (const { posts } of frames)
      for (const { id, text } of posts) {
        // An id that is there already is no second message.
        const before = this.#events.find((event) => event.id === id)
        if (before === undefined) {
          this.#append(id, bot, { kind: "posted", text })
          this.replies.push(text)
        }
        this.say({ op: "accepted", id, seq: before?.seq ?? this.head, at: 1 })
      }
  }

  /** Resolves when the bot has said something by which this holds. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return
        this.#looks = this.#looks.filter((other) => other !== look)
        resolve()
      }
      this.#looks.push(look)
      look()
    })
  }

  #append(id: string, by: string, event: object): void {
    this.#events.push({ seq: this.head + 1, id, by, at: 1_700_000_000_000, ...event })
  }

  #hear(frame: Said): void {
    const n = ++this.#counts[frame.op]
    if (frame.op === "hello") {
      this.stated = new Map(frame.cursors).get(log)
      this.#script.onHello(this, n)
    } else if (frame.op === "post") {
      this.#untaken.push(frame)
      if (this.#script.takes?.(this, n) ?? true) this.take()
    } else if (this.#script.onRange === undefined) this.tell(frame.from, frame.to)
    else this.#script.onRange(this, frame.from, frame.to, n)
    for (const look of this.#looks) look()
  }
}

/** Answers of the calls that the bot makes; a ticket, when it is none of these. */
const answers: Readonly<Record<string, unknown>> = {
  "/api/v1/device.list": [{ deviceId: device, current: true }],
  "/api/v1/user.me": { userId: bot }
}

/** The bot's waits are a fiftieth of what they are. */
const hurried = `const wait = setTimeout; globalThis.setTimeout = (call, ms, ...args) => wait(call, ms / 50, ...args)`

/** `again` starts the bot anew, in the place where it was. */
export const withBot = async (
  script: Script,
  test: (chat: ScriptedChat, bot: Started, again: () => Started) => Promise<void>
): Promise<void> => {
  const folder = temporaryFolder()
  const chat = new ScriptedChat(script, join(folder.path, "place.json"))
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ value: answers[request.url ?? ""] ?? { ticket: "t", ttlMs: 30_000 } }))
  })
  const sockets = new WebSocketServer({ server, path: "/ws" }).on("connection", (socket) => chat.attach(socket))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  let started: Started | undefined
  const start = (): Started => {
    started = run(
      ["--import", `data:text/javascript,${encodeURIComponent(hurried)}`, join(root, "examples/echo-bot.mjs")],
      {
        HIBIKI_SERVER: `http://127.0.0.1:${port}`,
        HIBIKI_TOKEN: "t",
        HIBIKI_BOT_FILE: chat.place
      }
    )
    return started
  }
  try {
    await test(chat, start(), start)
  } finally {
    started?.process.kill("SIGKILL")
    await started?.exited
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    server.close()
    folder.remove()
  }
}
