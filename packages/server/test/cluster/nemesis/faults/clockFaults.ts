/** One process whose wall clock is hours from the others'. The strikes of a fault take the roles in turn. */
import { setTimeout as sleep } from "node:timers/promises"
import { bin } from "../../../e2e/harness.ts"
import type { Bite, Fault, Scene } from "../Fault.ts"
import type { Node } from "../Stage.ts"
import { replacingWorker } from "./workerFaults.ts"

const roles = ["worker", "api", "gateway"] as const
const wrongMs = { long: 20_000, short: 6_000 }
const hoursMs = 2 * 3_600_000
const clock = new URL("../clock/shiftedClock.mjs", import.meta.url).href

/**
 * Of what was stored meanwhile and just after, which may differ from the database's own time by as much as a batch
 * takes.
 */
const differsAtMost = 5_000
const storedAfterMs = 3_000

/** By log. */
const headsOf = async ({ stage }: Scene): Promise<unknown> => {
  const [row] = await stage.query<{ readonly heads: unknown }>(
    "select json_object_agg(id, last_seq) as heads from conversations"
  )
  return row?.heads
}

/** How far the time of an event above these heads lies outside of the time from `since` until now, at most (ms). */
const furthestOff = async ({ stage }: Scene, heads: unknown, since: number): Promise<number> => {
  const [row] = await stage.query<{ readonly off: string | null }>(
    `select greatest(max(e.at) - extract(epoch from clock_timestamp()) * 1000, $2 - min(e.at), 0) as off
     from events e join json_each_text($1::json) as h on h.key::uuid = e.conversation_id where e.seq > h.value::bigint`,
    [JSON.stringify(heads), since]
  )
  if (row?.off === null || row?.off === undefined) throw new Error("nothing was stored meanwhile")
  return Number(row.off)
}

const strike =
  (shiftMs: number) =>
  async (scene: Scene): Promise<Bite> => {
    const { stage } = scene
    const role = roles[(scene.strike - 1) % roles.length] ?? "worker"
    const program = ["--import", `${clock}?ms=${shiftMs}`, bin, role]
    const signIns = async () => (await stage.counters(stage.api))("hibiki_sign_ins_total")
    const [before, heads, since] = [await signIns(), await headsOf(scene), Date.now()]
    const node = await (role === "worker" ? replacingWorker(scene, program) : stage.start(role, program))
    // Devices come to it as well, with tickets from any api.
    await Promise.all([stage.front.look(), stage.calls.look()])
    if (role !== "worker") stage.front.link.reset()
    await sleep(scene.forMs(wrongMs.long, wrongMs.short))
    const shown = await usedBy(scene, node)
    await stage.end(node, "SIGTERM")
    if (role === "worker") await stage.start("worker")
    await sleep(storedAfterMs)
    const offMs = await furthestOff(scene, heads, since)
    const again = (await signIns()) - before
    return {
      shown: { [`used (${role})`]: shown },
      misses: [
        ...(offMs <= differsAtMost ? [] : [`an event's time was ${Math.round(offMs)} ms off`]),
        ...(again === 0 ? [] : [`${again} had to sign in again`])
      ]
    }
  }

const usedBy = async ({ stage }: Scene, node: Node): Promise<number> => {
  const count = await stage.counters(node)
  return count("hibiki_worker_commands_total") + count("hibiki_gateway_sockets") + count("hibiki_http_requests_total")
}

export const clockFaults: ReadonlyArray<Fault> = [
  { name: "clock-ahead", asked: {}, strike: strike(hoursMs) },
  { name: "clock-behind", asked: {}, strike: strike(-hoursMs) }
]
