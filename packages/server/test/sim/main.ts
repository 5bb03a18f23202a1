import { makePlan } from "@hibiki/core/testing/simulation/Plan"
import { simulate } from "@hibiki/core/testing/simulation/Simulation"
import { startApi } from "./startApi.ts"
const sorted = (x: unknown) => JSON.stringify(x, (_, v) => v && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v)
const [from, count] = [Number(process.argv[2] ?? 0), Number(process.argv[3] ?? 10)]
const t0 = process.cpuUsage().user
for (let seed = from; seed < from + count; seed++) {
  const t = process.cpuUsage().user/1000
  const plan = makePlan(seed)
  const r = simulate(plan, { startApi })
  const bad = r.history.views.filter((v) => sorted(v.shown.map((e) => e._tag === "row" ? e.row : e)) !== sorted(v.fresh ?? []))
  const line = () => console.log(seed, Math.round(process.cpuUsage().user/1000 - t), "ms quiet", r.quietAfterMs, r.fingerprint, JSON.stringify(r.counters), "entries", r.history.entries.length, "views", r.history.views.length, "bad", bad.length, "unsettled", r.history.views.flatMap((v) => v.unsettled).length, plan.faults.map((f) => f.kind).join(","))
  if (bad.length > 0 || r.quietAfterMs === undefined || process.argv[4] === "x") { line()
    for (const v of bad.slice(0, 0)) { console.log(v.device, v.conversationId); console.log("  shown", JSON.stringify(v.shown.map((e) => e._tag === "row" ? [e.row.seq, e.row.rev, e.row.text ?? e.row.kind] : e))); console.log("  fresh", JSON.stringify(v.fresh?.map((e) => [e.seq, e.rev, e.text ?? e.kind]))) }
  }
}
console.log((process.cpuUsage().user - t0) / 1000 / count, "ms per seed")
