/** A power cut in the whole house: everything ends at once, and Hibiki's processes are back before their services. */
import { setTimeout as sleep } from "node:timers/promises"
import { now } from "../../../e2e/kill/recording/Recorder.ts"
import type { Bite, Fault, Scene } from "../Fault.ts"

const waitMs = { long: 15_000, short: 4_000 }

const coldStart = async ({ forMs, stage }: Scene): Promise<Bite> => {
  const { postgres, rabbit, redis } = stage.services
  const ended = stage.nodes
  await Promise.all([
    ...ended.map((node) => stage.end(node, "SIGKILL")),
    postgres.halt("immediate"),
    rabbit.kill(),
    redis.kill()
  ])
  const starting = Promise.all(ended.map(({ role }) => stage.start(role)))
  await sleep(forMs(waitMs.long, waitMs.short))
  await Promise.all([postgres.start(), rabbit.start(), redis.start()])
  const backAt = now()
  await starting
  return { shown: { "processes that waited": ended.length }, backAt }
}

/**
 * Until all roles have found their services and clients their gateways: a client waits for up to 30 s between two
 * tries.
 */
const asked = { firstAcceptedMs: 20_000, settledMs: waitMs.long + 60_000 }

export const startFaults: ReadonlyArray<Fault> = [{ name: "cold-start", asked, strike: coldStart }]
