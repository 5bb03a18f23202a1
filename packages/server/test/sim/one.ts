import { makePlan } from "@hibiki/core/testing/simulation/Plan"
import { simulate } from "@hibiki/core/testing/simulation/Simulation"
import { startApi } from "./startApi.ts"
const plan = makePlan(Number(process.argv[2]))
const r = simulate(plan, { startApi })
const dev = process.argv[3]
for (const e of r.history.entries) { if (e._tag === "shown" || e._tag === "readShown") continue; const s = JSON.stringify(e); if (s.includes(dev) || e._tag === "fault") if (e.at > Number(process.argv[4] ?? 0)) console.log(s.slice(0, 230)) }
