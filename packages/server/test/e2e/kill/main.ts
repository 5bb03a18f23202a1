/** `npm run kills -- --times 20`: kills the embedded server under load and says what came of it. */
import { killRun } from "./killRun.ts"

const at = process.argv.indexOf("--times")
const kills = at < 0 ? 20 : Number(process.argv[at + 1])
const report = await killRun({
  kills,
  loadMs: 1_500,
  openAtLeast: 20,
  hurry: process.argv.includes("--hurry"),
  log: (line) => console.log(line)
})
console.log(JSON.stringify({ ...report, violations: report.violations.slice(0, 20) }, null, 2))
console.log(report.violations.length === 0 ? `${kills} kills, no violation` : `${report.violations.length} violations`)
process.exitCode = report.violations.length === 0 ? 0 : 1
