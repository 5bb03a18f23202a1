/**
 * A process of devices that write with Hibiki's own client, in bursts, whether the server is there or not.
 * Started by fork; takes `{origins, pace, devices, conversations}`, then `burst`, `open`, `unsent`, `live`, `hurry` and
 * `finish`.
 */
import { Effect } from "effect"
import type { Account, Origins, Pace, Populated, WritersMessage, WritersReport } from "../load.ts"
import { Recorder } from "../recording/Recorder.ts"
import { isReadEverywhere, isSettled, viewsOf } from "./views.ts"
import { openWriter, type Writer } from "./Writer.ts"
import { writeBurst } from "./writeBurst.ts"

/** Sends that are open when this process kills the server, at least. */
const openAtKill = 20

const recorder = new Recorder(0)
const complaints: Array<string> = []
let origin = ""
let writers: ReadonlyArray<Writer> = []
let burst: (() => void) | undefined
let stopped = false

/** Handed over and not settled. */
const openSends = (): number => {
  let count = 0
  for (const { client, conversations } of writers) {
    for (const conversationId of conversations)
      count += client.feed(conversationId)?.pending.filter((post) => post.state === "sent").length ?? 0
  }
  return count
}

const run = (
  origins: Origins,
  pace: Pace,
  devices: ReadonlyArray<Account>,
  conversations: Populated["conversations"]
) =>
  Effect.gen(function* () {
    writers = yield* Effect.forEach(devices, (account) => openWriter(recorder, origins, account, conversations))
    for (let round = 0; !stopped; round++) {
      writers.forEach((writer, turn) => complaints.push(...writeBurst(recorder, writer, pace, round, turn)))
      // The frames of the burst leave within a few turns of the event loop, and are hardly answered then.
      for (let turn = 0; burst !== undefined && turn < 1_000; turn++) {
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        if (openSends() < openAtKill) continue
        burst()
        burst = undefined
      }
      yield* Effect.sleep(pace.everyMs)
    }
    return yield* Effect.never
  }).pipe(Effect.scoped)

const until = async (giveUpAt: number, isReached: () => boolean | Promise<boolean>): Promise<boolean> => {
  // What can't be asked now is asked again.
  const isSo = async () => isReached()
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > giveUpAt) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return true
}

const finish = async (withinMs: number): Promise<WritersReport> => {
  stopped = true
  const giveUpAt = performance.now() + withinMs
  for (const { client, conversations } of writers)
    for (const conversationId of conversations) client.open(conversationId)
  if (!(await until(giveUpAt, () => isSettled(writers))))
    complaints.push("the devices did not come to rest at one place")
  if (!(await until(giveUpAt, () => isReadEverywhere(origin, writers))))
    complaints.push("the devices did not come to the same read cursors")
  return { views: await viewsOf(origin, writers), complaints }
}

process.on("message", (message: WritersMessage) => {
  switch (message.op) {
    case "write":
      origin = message.origins.calls
      Effect.runFork(run(message.origins, message.pace, message.devices, message.conversations))
      return
    case "live":
      process.send?.(writers.length > 0 && writers.every(({ client }) => client.status()._tag === "live"))
      return
    case "open":
      process.send?.(openSends())
      return
    case "unsent":
      process.send?.(writers.reduce((sum, { client }) => sum + client.inspect().unsentPosts, 0))
      return
    case "hurry":
      for (const { client } of writers) client.retryNow()
      return
    case "burst":
      burst = () => {
        const open = openSends()
        process.kill(message.pid, "SIGKILL")
        process.send?.(open)
      }
      return
    case "finish":
      void finish(message.withinMs).then((report) => {
        recorder.flush()
        process.send?.(report)
      })
  }
})
