/** Waiting for devices: that all are live again, and that all hold everything. */
import { call } from "./api.ts"
import type { Child } from "./Child.ts"
import type { Populated, ReaderReport, ReadersMessage, WritersMessage } from "./load.ts"

/** Longer than a client's longest wait between two tries. */
export const comeBackWithinMs = 60_000
export const settleWithinMs = 90_000

/** Waits until all devices are live. */
export const comeBack = async (writing: Child<WritersMessage>): Promise<void> => {
  const until = performance.now() + comeBackWithinMs
  while (!(await writing.ask<boolean>({ op: "live" }))) {
    if (performance.now() > until) throw new Error("The devices did not come back")
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const reachWithinMs = 30_000

/** Waits until the readers hold every log to its head. */
export const reachEnd = async (
  reading: Child<ReadersMessage>,
  origin: string,
  conversations: Populated["conversations"],
  readers: Populated["readers"]
): Promise<ReaderReport & { readonly missing: ReadonlyArray<string> }> => {
  const until = performance.now() + reachWithinMs
  for (;;) {
    const report = await reading.ask<ReaderReport>({ op: "report" })
    let missing = 0
    for (const [i, { accessToken, userId }] of readers.entries()) {
      for (const { conversationId, members } of conversations) {
        if (!members.includes(userId)) continue
        const { head } = await call<{ head: number }>(origin, "conversation.get", { conversationId }, accessToken)
        missing += head - (report.cursors[i]?.[conversationId] ?? 0)
      }
    }
    if (missing === 0) return { ...report, missing: [] }
    if (performance.now() > until)
      return { ...report, missing: [`readers did not reach the heads: ${missing} events are missing`] }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
