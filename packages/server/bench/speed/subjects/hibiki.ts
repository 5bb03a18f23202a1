/** Hibiki as its users start it, on a data folder that holds the scene already. */
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { call } from "../../../test/e2e/kill/api.ts"
import { type BenchServer, startBenchServer } from "../../kit/BenchServer.ts"
import { residentBytes } from "../measure/processes.ts"
import type { Scene } from "../Scene.ts"
import { populate } from "./populate.ts"
import type { RunningSubject, Subject } from "./Subject.ts"

export class HibikiEmbedded implements Subject {
  readonly name = "hibiki"
  private readonly folder = mkdtempSync(join(tmpdir(), "hibiki-bench-"))
  private readonly filled = new Map<Scene, Promise<string>>()

  constructor(private readonly note: (what: string) => void) {}

  async start(scene: Scene): Promise<RunningSubject> {
    const server = await this.startServer(scene)
    return {
      port: Number(new URL(server.origin).port),
      wire: "frames",
      processes: { server: server.pid },
      ticketFor: async (accessToken) =>
        (await call<{ ticket: string }>(server.origin, "ticket.issue", {}, accessToken)).ticket,
      residentBytes: async () => {
        await server.inside.weight()
        return residentBytes(server.pid)
      },
      inside: server.inside,
      complaints: server.complaints,
      end: server.end
    }
  }

  /** On a copy of the scene's folder. */
  async startServer(scene: Scene): Promise<BenchServer> {
    const folder = await this.filledFolder(scene)
    return startBenchServer((data) => cpSync(folder, data, { recursive: true }))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  private filledFolder(scene: Scene): Promise<string> {
    const known = this.filled.get(scene)
    if (known !== undefined) return known
    const folder = join(this.folder, String(this.filled.size))
    const startMs = performance.now()
    const filling = populate(folder, scene).then(() => {
      this.note(
        `a folder with ${scene.devices.length} accounts in ${((performance.now() - startMs) / 1_000).toFixed(1)} s`
      )
      return folder
    })
    this.filled.set(scene, filling)
    return filling
  }
}
