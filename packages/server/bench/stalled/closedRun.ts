/** A reader that stays away too long: closed with the code that says so, and caught up when it is back. */
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { load } from "./latencyRun.ts"
import type { StalledStage } from "./StalledStage.ts"

const closedWithinMs = 40_000

export interface ClosedRun {
  /** What must not happen, as sentences. */
  readonly wrong: ReadonlyArray<string>
  /** From when the server had enough to when it closed the socket. */
  readonly closedAfterMs: number
}

export const closedRun = async (stage: StalledStage): Promise<ClosedRun> => {
  await stage.renewReader()
  await stage.clients.ask("stall", undefined)
  while ((await stage.held())?.behind !== true) await stage.clients.ask("load", { ...load, seconds: 0.5 })
  const sinceMs = performance.now()
  while ((await stage.held()) !== undefined) {
    if (performance.now() - sinceMs > closedWithinMs)
      return { wrong: ["it was not closed"], closedAfterMs: performance.now() - sinceMs }
    await stage.clients.ask("load", { perSecond: 10, seconds: 0.5, textLength: load.textLength })
  }
  const closedAfterMs = performance.now() - sinceMs
  // What was written comes first, and at its end the code.
  const { closeCode } = await stage.clients.ask("readToEnd", undefined)
  await stage.clients.ask("comeBack", undefined)
  return { wrong: closeCode === CloseCodes.tooSlow.code ? [] : [`it was closed with ${closeCode}`], closedAfterMs }
}
