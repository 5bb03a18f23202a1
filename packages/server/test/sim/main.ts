import { makePlan } from "@hibiki/core/testing/simulation/Plan"
import { debug, simulate } from "@hibiki/core/testing/simulation/Simulation"
import { startApi } from "./startApi.ts"
const [from, count] = [Number(process.argv[2] ?? 0), Number(process.argv[3] ?? 10)]
debug.on = process.argv[4] !== undefined
const t0 = performance.now()
for (let seed = from; seed < from + count; seed++) {
  const t = performance.now()
  const r = simulate(makePlan(seed), { startApi })
  const answered = new Set(r.history.entries.flatMap((e) => e._tag === "answered" ? [e.call] : []))
  if (debug.on) for (const e of r.history.entries) if (e._tag === "called" && !answered.has(e.call)) console.log("open", e.at, e.name)
  if (debug.on) for (const e of r.history.entries.slice(0, 0)) if (e._tag !== "shown") console.log(JSON.stringify(e).slice(0, 250))
  const bad = r.history.views.filter((v) => JSON.stringify(v.shown.map((e) => e._tag === "row" ? e.row : e)) !== JSON.stringify(v.fresh ?? []))
  console.log(seed, Math.round(performance.now() - t), "ms quiet", r.quietAfterMs, r.fingerprint, JSON.stringify(r.counters), "entries", r.history.entries.length, "views", r.history.views.length, "bad", bad.length, "unsettled", r.history.views.flatMap((v) => v.unsettled).length)
}
console.log(Math.round(performance.now() - t0))
