/** Looks into a server process of our own by the protocol of node's inspector: what lives there after a collection. The product knows nothing of it. */
import { readdirSync } from "node:fs"
import { WebSocket } from "ws"

/** What a server at rest must come back to. */
export interface Census {
  /** Live objects by the name of their class. */
  readonly objects: ReadonlyMap<string, number>
  readonly heapBytes: number
  readonly descriptors: number
}

interface Reply {
  readonly id?: number
  readonly error?: { readonly message: string }
  readonly result?: {
    readonly result?: { readonly value?: unknown; readonly objectId?: string }
    readonly objects?: { readonly objectId?: string }
    readonly exceptionDetails?: unknown
  }
}

const replyWithinMs = 60_000
const objectGroup = "census"

/** Runs in the server: names of classes with how many of each there are. */
const countByClass = `function () {
  const counts = {}
  for (const each of this) {
    let name
    try { name = Object.getPrototypeOf(each)?.constructor?.name } catch { name = undefined }
    if (typeof name === "string" && name !== "" && name !== "Object") counts["#" + name] = (counts["#" + name] ?? 0) + 1
  }
  return Object.entries(counts).map(([name, count]) => [name.slice(1), count])
}`

export class ServerInside {
  private readonly waiting = new Map<number, (reply: Reply) => void>()
  private sent = 0

  private constructor(
    private readonly socket: WebSocket,
    private readonly pid: number
  ) {
    socket.on("message", (data) => {
      const reply: Reply = JSON.parse(String(data))
      if (reply.id !== undefined) this.waiting.get(reply.id)?.(reply)
    })
  }

  /** `url`: as node writes it at its start with --inspect. */
  static open(url: string, pid: number): Promise<ServerInside> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(new ServerInside(socket, pid)))
      socket.once("error", reject)
    })
  }

  close(): void {
    this.socket.terminate()
  }

  async census(): Promise<Census> {
    const objects = await this.countObjects()
    await this.ask("HeapProfiler.collectGarbage")
    const { result } = await this.ask("Runtime.evaluate", { expression: "process.memoryUsage().heapUsed", returnByValue: true })
    return { objects, heapBytes: Number(result?.value), descriptors: readdirSync(`/proc/${this.pid}/fd`).length }
  }

  private async countObjects(): Promise<ReadonlyMap<string, number>> {
    const { result } = await this.ask("Runtime.evaluate", { expression: "Object.prototype", objectGroup })
    // It collects garbage first.
    const { objects } = await this.ask("Runtime.queryObjects", { prototypeObjectId: result?.objectId, objectGroup })
    const called = await this.ask("Runtime.callFunctionOn", {
      ...{ functionDeclaration: countByClass, objectId: objects?.objectId, returnByValue: true, objectGroup }
    })
    await this.ask("Runtime.releaseObjectGroup", { objectGroup })
    const counts = called.result?.value
    if (!Array.isArray(counts)) throw new Error(`the inspector counted nothing: ${JSON.stringify(called)}`)
    return new Map(counts)
  }

  private async ask(method: string, params: object = {}): Promise<NonNullable<Reply["result"]>> {
    const id = ++this.sent
    const { error, result } = await new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the inspector does not answer ${method}`)), replyWithinMs)
      this.waiting.set(id, (reply) => {
        clearTimeout(timer)
        this.waiting.delete(id)
        resolve(reply)
      })
      this.socket.send(JSON.stringify({ id, method, params }))
    })
    if (error !== undefined || result === undefined) throw new Error(`the inspector answers ${method} by ${error?.message}`)
    return result
  }
}
