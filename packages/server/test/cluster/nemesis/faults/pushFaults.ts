/** Push servers that end while they send. What is owed are rows, so the next one goes on with them. */
import { waitFor } from "../../../e2e/harness.ts"
import { Sleepers } from "../../pushes/Sleepers.ts"
import type { Bite, Fault, Scene } from "../Fault.ts"
import { anyOf } from "./anyOf.ts"

const firstPushWithinMs = 30_000
const takenBackWithinMs = 30_000
/** Longer than a look takes that would still find something. */
const afterReadMs = 5_000

/** Some are away and written to; the one that wakes them is killed at it, and another takes its place. */
const killPush = async (scene: Scene): Promise<Bite> => {
  const { dice, stage } = scene
  const killed = anyOf(scene, stage.of("push"))
  const origins = { calls: stage.calls.url, sockets: stage.front.url }
  const sleepers = await Sleepers.begin(origins, `away${dice(1e9)}x`, { people: 8, groups: 4 })
  try {
    // All of these may be sent before the kill; the others are for the next one.
    await sleepers.post("one", sleepers.groups.slice(0, 2))
    await waitFor("the first push", () => sleepers.wakesOf(killed).length > 0, firstPushWithinMs)
    await stage.end(killed, "SIGKILL")
    await sleepers.post("two")
    const next = await stage.start("push")
    await sleepers.areWoken([killed, next])
    const misses = sleepers.misses([
      { server: killed, killed: true },
      { server: next, killed: false }
    ])
    const [reader] = sleepers.people
    const [group] = sleepers.groups
    if (reader === undefined || group === undefined) throw new Error("nobody is away")
    const lines = () => sleepers.linesFor(reader, group, next)
    await sleepers.readAll(reader, group)
    await waitFor("what was read to be taken back", () => lines().some(({ isWake }) => !isWake), takenBackWithinMs)
    const before = lines().length
    await new Promise((resolve) => setTimeout(resolve, afterReadMs))
    const afterRead = lines()
      .slice(before)
      .filter(({ isWake }) => isWake)
    return {
      shown: {
        "sent before it was killed": sleepers.wakesOf(killed).length,
        "sent by the next": sleepers.wakesOf(next).length
      },
      misses: afterRead.length === 0 ? misses : [...misses, `woken ${afterRead.length} times for what was read`]
    }
  } finally {
    await sleepers.close()
  }
}

export const pushFaults: ReadonlyArray<Fault> = [
  { name: "kill-push", asked: { goesOn: true, socketsStay: true }, strike: killPush }
]
