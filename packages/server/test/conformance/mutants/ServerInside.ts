/**
 * Looks into a server process of our own by the protocol of node's inspector: what lives there after a collection. The
 * product knows nothing of it.
 */
import { readdirSync } from "node:fs"
import { WebSocket } from "ws"

/** What a server at rest must come back to. */
export interface Census {
  /** Live objects by the name of their class. */
  readonly objects: ReadonlyMap<string, number>
  readonly heapBytes: number
  readonly descriptors: number
}

/** Live objects of one class, held so that they can be looked at again without a collection. */
export interface Found {
  readonly objectId: string | undefined
}

/**
 * Bytes in use once nothing more can be collected: those of objects, and those of buffers, which lie outside of the
 * heap.
 */
export interface Weight {
  readonly heapBytes: number
  readonly bufferBytes: number
}

/** Times are in microseconds. */
export interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
      readonly columnNumber: number
    }
    readonly children?: ReadonlyArray<number>
  }>
  readonly samples: ReadonlyArray<number>
  readonly timeDeltas: ReadonlyArray<number>
}

export interface AllocationNode {
  readonly callFrame: CpuProfile["nodes"][number]["callFrame"]
  readonly selfSize: number
  readonly children: ReadonlyArray<AllocationNode>
}

interface Reply {
  readonly id?: number
  readonly error?: { readonly message: string }
  readonly result?: {
    readonly result?: { readonly value?: unknown; readonly objectId?: string }
    readonly objects?: { readonly objectId?: string }
    readonly exceptionDetails?: unknown
    readonly profile?: CpuProfile
  }
}

const replyWithinMs = 60_000
const objectGroup = "census"
const heldGroup = "held"

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

/** Runs in the server: the live objects whose class has this name. */
const ofClass = `function (name) {
  return this.filter((each) => {
    try { return Object.getPrototypeOf(each)?.constructor?.name === name } catch { return false }
  })
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
    const { result } = await this.ask("Runtime.evaluate", {
      expression: "process.memoryUsage().heapUsed",
      returnByValue: true
    })
    return { objects, heapBytes: Number(result?.value), descriptors: readdirSync(`/proc/${this.pid}/fd`).length }
  }

  async weight(): Promise<Weight> {
    // What one collection frees may hold what only the next one can.
    for (let time = 0; time < 3; time++) await this.ask("HeapProfiler.collectGarbage")
    const expression = "(({ external, heapUsed }) => [heapUsed, external])(process.memoryUsage())"
    const { result } = await this.ask("Runtime.evaluate", { expression, returnByValue: true })
    const [heapBytes, bufferBytes] = Array.isArray(result?.value) ? result.value.map(Number) : []
    if (heapBytes === undefined || bufferBytes === undefined) throw new Error("the inspector weighed nothing")
    return { heapBytes, bufferBytes }
  }

  async startProfile(): Promise<void> {
    await this.ask("Profiler.enable")
    await this.ask("Profiler.setSamplingInterval", { interval: 200 })
    await this.ask("Profiler.start")
  }

  /** Of the main thread since `startProfile`, as the protocol gives it. */
  async stopProfile(): Promise<CpuProfile> {
    const { profile } = await this.ask("Profiler.stop")
    if (profile === undefined) throw new Error("the inspector gave no profile")
    return profile
  }

  /** `kept`: only what lives on is told. */
  async startAllocations(kept: boolean): Promise<void> {
    const collected = { includeObjectsCollectedByMajorGC: !kept, includeObjectsCollectedByMinorGC: !kept }
    await this.ask("HeapProfiler.startSampling", { samplingInterval: kept ? 8_192 : 65_536, ...collected })
  }

  /** What was allocated since `startAllocations`. */
  async stopAllocations(): Promise<AllocationNode> {
    const { profile } = await this.ask("HeapProfiler.stopSampling")
    const head = (profile as { readonly head?: AllocationNode } | undefined)?.head
    if (head === undefined) throw new Error("the inspector gave no allocations")
    return head
  }

  /** The live objects of a class, held until `letGo`. */
  async find(className: string): Promise<Found> {
    const objects = await this.allObjects(heldGroup)
    const { result } = await this.ask("Runtime.callFunctionOn", {
      ...{ functionDeclaration: ofClass, objectId: objects, arguments: [{ value: className }], objectGroup: heldGroup }
    })
    // Else everything that lives would go on living.
    await this.ask("Runtime.releaseObject", { objectId: objects })
    return { objectId: result?.objectId }
  }

  /**
   * What a function answers that runs in the server with the array of what was found as `this`. Takes no time worth
   * speaking of.
   */
  async look({ objectId }: Found, functionDeclaration: string, ...values: ReadonlyArray<unknown>): Promise<unknown> {
    const called = await this.ask("Runtime.callFunctionOn", {
      ...{ functionDeclaration, objectId, arguments: values.map((value) => ({ value })), returnByValue: true }
    })
    if (called.exceptionDetails !== undefined)
      throw new Error(`a look into the server failed: ${JSON.stringify(called.exceptionDetails)}`)
    return called.result?.value
  }

  async letGo(): Promise<void> {
    await this.ask("Runtime.releaseObjectGroup", { objectGroup: heldGroup })
  }

  private async allObjects(objectGroup: string): Promise<string | undefined> {
    const { result } = await this.ask("Runtime.evaluate", { expression: "Object.prototype", objectGroup })
    // It collects garbage first.
    const { objects } = await this.ask("Runtime.queryObjects", { prototypeObjectId: result?.objectId, objectGroup })
    return objects?.objectId
  }

  private async countObjects(): Promise<ReadonlyMap<string, number>> {
    const objectId = await this.allObjects(objectGroup)
    const called = await this.ask("Runtime.callFunctionOn", {
      ...{ functionDeclaration: countByClass, objectId, returnByValue: true, objectGroup }
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
    if (error !== undefined || result === undefined)
      throw new Error(`the inspector answers ${method} by ${error?.message}`)
    return result
  }
}
