/** A fresh server with a crowd in one conversation, and what the server knows of the reader that stalls. */

import type { Found } from "../../test/conformance/mutants/ServerInside.ts"
import { type BenchServer, startBenchServer } from "../kit/BenchServer.ts"
import { gatherCrowd } from "../kit/crowd.ts"
import { type KernelQueues, kernelQueues } from "../kit/kernelQueues.ts"
import { WorkerProcess } from "../kit/WorkerProcess.ts"
import type { ClientOrders } from "./orders.ts"

export interface CrowdSize {
  readonly readers: number
  readonly writers: number
}

/** Runs in the server, on its sessions. */
const sessionOf = `function (deviceId) {
  const session = this.find((each) => each.deviceId === deviceId && !each.closed)
  return session === undefined ? undefined : [session.lagging, session.socket.bufferedBytes()]
}`

/** The stalled reader as the server has it at one moment. */
export interface Held {
  readonly atMs: number
  /** Nothing live is queued for it any more. */
  readonly behind: boolean
  readonly heldBytes: number
  readonly kernel: KernelQueues
}

export class StalledStage {
  private sessions: Found = { objectId: undefined }
  private port = 0

  private constructor(
    readonly server: BenchServer,
    readonly clients: WorkerProcess<ClientOrders>,
    private readonly deviceId: string
  ) {}

  static async open({ readers, writers }: CrowdSize): Promise<StalledStage> {
    const server = await startBenchServer()
    const clients = WorkerProcess.start<ClientOrders>(new URL("clients/main.ts", import.meta.url))
    try {
      const crowd = await gatherCrowd(server.origin, readers)
      await clients.ask("open", { ...crowd, origin: server.origin, writers })
      return new StalledStage(server, clients, crowd.accounts[0]?.deviceId ?? "")
    } catch (error) {
      clients.end()
      await server.end()
      throw error
    }
  }

  /**
   * Gives the reader that stalls a new socket: the system lets the buffers of one that was caught up grow to many times
   * the size.
   */
  async renewReader(): Promise<void> {
    this.port = (await this.clients.ask("comeBack", undefined)).port
    await this.server.inside.letGo()
    this.sessions = await this.server.inside.find("DeviceSession")
  }

  /** Undefined when the server has let go of it. */
  async held(): Promise<Held | undefined> {
    const answer = await this.server.inside.look(this.sessions, sessionOf, this.deviceId)
    if (!Array.isArray(answer)) return undefined
    return {
      atMs: performance.now(),
      behind: answer[0] === true,
      heldBytes: Number(answer[1]),
      kernel: kernelQueues(this.port)
    }
  }

  async close(): Promise<void> {
    this.clients.end()
    await this.server.end()
  }
}
