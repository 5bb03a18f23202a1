/**
 * A steady load with a reader that stalls, or without: what the others notice, and what the server does with the
 * stalled one meanwhile.
 */
import { outboxBytes } from "@hibiki/core/gateway/device/DeviceSession"
import type { LoadReport } from "./orders.ts"
import type { Held, StalledStage } from "./StalledStage.ts"

/**
 * 12 KB a message, so that what the operating system holds for a connection (some 4 MB) and the server's bound are full
 * within the stall.
 */
export const load = { perSecond: 40, seconds: 28, textLength: 4_000 } as const
/** From the run's start. Fewer events than the 1,000 that are sent one by one are missing at its end. */
const stall = { fromMs: 1_000, untilMs: 22_000 } as const
const lookEveryMs = 250
/** One write may go over the bound, and a ping or two follow it. */
const slackBytes = 131_072

export interface LatencyRun extends LoadReport {
  /** What must not happen, as sentences. */
  readonly wrong: ReadonlyArray<string>
  /** Of the stalled reader: most bytes that the server held, and when it had enough. */
  readonly heldBytes: number
  readonly behindAfterMs: number | undefined
  /** Most that the operating system held for it. */
  readonly kernelBytes: number
}

export const latencyRun = async (stage: StalledStage, stalls: boolean): Promise<LatencyRun> => {
  await stage.renewReader()
  const startMs = performance.now()
  const seen: Array<Held> = []
  let loading = true
  const done = stage.clients.ask("load", { ...load, stall: { ...stall, stalls } }).finally(() => {
    loading = false
  })
  // In both kinds of runs: looking must cost them the same.
  while (loading) {
    const held = await stage.held()
    if (held !== undefined) seen.push(held)
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, lookEveryMs))])
  }
  const report = await done
  const behind = seen.filter((held) => held.behind)
  const first = behind[0]
  const heldBytes = Math.max(...seen.map((held) => held.heldBytes))
  return {
    ...report,
    wrong: stalls
      ? wrongOfStalled(behind, heldBytes)
      : first === undefined
        ? []
        : ["a reader that reads was left behind"],
    heldBytes,
    behindAfterMs: first === undefined ? undefined : first.atMs - startMs - stall.fromMs,
    kernelBytes: Math.max(...seen.map(({ kernel }) => kernel.sendBytes + kernel.receiveBytes))
  }
}

/** A run in which the server's bound was not met says nothing. */
const wrongOfStalled = (behind: ReadonlyArray<Held>, heldBytes: number): ReadonlyArray<string> => {
  const enough = (stall.untilMs - stall.fromMs) / lookEveryMs / 4
  return [
    ...(heldBytes <= outboxBytes.most ? [`the server's bound was not met: it held ${heldBytes} bytes`] : []),
    ...(heldBytes > outboxBytes.most + slackBytes ? [`the server held ${heldBytes} bytes for one reader`] : []),
    ...(behind.length < enough ? [`the reader was behind in ${behind.length} looks only`] : [])
  ]
}
