/**
 * What the page costs and how quickly it answers, against its budgets. Prints a table, writes it into
 * docs/performance.md, and ends with code 1 when a hard bound is missed. Run by `npm run bench:web`; `npm run bench:web
 * -- --quick` measures each but once and writes nothing, and `-- --only crowded` or `-- --only timeline` one part of
 * it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { type Measured, tableOf, verdict, withSection } from "../../core/bench/report.ts"
import { createGroup, makeAccount } from "../test/browser/harness/api.ts"
import { launchBrowser } from "../test/browser/harness/browser.ts"
import { burstOf, seedMessages } from "../test/browser/harness/seed.ts"
import { startTestServer } from "../test/browser/harness/server.ts"
import { bytes } from "./bytes.ts"
import { incoming, makeCrowd, openingSlowly, sendingSlowly, shifts, warmStart } from "./crowded.ts"
import type { Bench } from "./page.ts"
import { burstSize, bursts, cachedReload, heap, openHuge, type Place, scrolling, sending } from "./timeline.ts"

const quick = process.argv.includes("--quick")
const runs = quick ? 1 : 5
const hugeCount = quick ? 5_000 : 100_000
const crowdSize = 1_000
const onlyAt = process.argv.indexOf("--only")
const only = onlyAt < 0 ? undefined : process.argv[onlyAt + 1]
const document = fileURLToPath(new URL("../../../docs/performance.md", import.meta.url))

const sentence = (index: number): string =>
  index % 3 === 0
    ? `${index}: 響きは静かな部屋に届く声です。どこで読んでも同じものが見えます。`
    : `${index}: what is said here is the same on every screen, in order, once`
const texts = (count: number) => Array.from({ length: count }, (_, index) => sentence(index))
const note = (what: string) => process.stderr.write(`${what}\n`)

/** The first event of a group makes it, so that n messages end at n + 1. */
const room = async (
  bench: Bench,
  owner: Awaited<ReturnType<typeof makeAccount>>,
  title: string,
  count: number
): Promise<Place> => {
  const conversationId = await createGroup(bench.origin, owner, title, [])
  await seedMessages(bench.origin, owner, conversationId, texts(count))
  return { handle: owner.handle, conversationId, head: count + 1 }
}

/** With 1,000 conversations. */
const measureCrowded = async (bench: Bench): Promise<ReadonlyArray<Measured>> => {
  note(`seeding ${crowdSize} conversations`)
  const crowd = await makeCrowd(bench.origin, "crowded", crowdSize)
  const few = await makeCrowd(bench.origin, "quiet", 40)
  const results: Array<Measured> = []
  const add = (what: string, more: ReadonlyArray<Measured>) => {
    note(`measured: ${what}`)
    results.push(...more)
  }
  add("layout shifts", [await shifts(bench, crowd, "phone"), await shifts(bench, crowd, "laptop")])
  add("opening among many", [await openingSlowly(bench, crowd, runs * 2)])
  add("sending, slowly", [await sendingSlowly(bench, crowd, runs * 4)])
  add("warm starts", [await warmStart(bench, crowd, 1, runs * 2), await warmStart(bench, crowd, 4, runs * 2)])
  add("messages of others", [...(await incoming(bench, few)), ...(await incoming(bench, crowd))])
  return results
}

const measureTimeline = async (bench: Bench): Promise<ReadonlyArray<Measured>> => {
  const [reader, writer, walker] = await Promise.all(
    ["reader", "writer", "walker"].map((handle) => makeAccount(bench.origin, handle, handle))
  )
  if (reader === undefined || writer === undefined || walker === undefined) throw new Error("no accounts")
  note(`seeding ${hugeCount} messages`)
  const huge = await room(bench, reader, "Huge", hugeCount)
  const rooms: Array<Place> = []
  for (let index = 0; index < 20; index++) rooms.push(await room(bench, walker, `Room ${index}`, 200))
  const lively = await createGroup(bench.origin, reader, "Lively", [writer])
  await seedMessages(bench.origin, writer, lively, texts(500))
  const results: Array<Measured> = []
  const add = (what: string, more: ReadonlyArray<Measured>) => {
    note(`measured: ${what}`)
    results.push(...more)
  }
  add("reload", [await cachedReload(bench, reader, huge, runs * 2)])
  add("open", [await openHuge(bench, huge, runs)])
  add("scrolling", await scrolling(bench, huge, runs))
  const place = { handle: "reader", conversationId: lively, head: 501 }
  add("bursts", await bursts(bench, place, () => burstOf(bench.origin, writer, lively, texts(burstSize), 200)))
  add("sending", [await sending(bench, { ...huge, head: huge.head }, runs * 4)])
  add("heap", [await heap(bench, "walker", rooms)])
  return results
}

/** One account writes a whole history in a moment. */
const server = await startTestServer({
  HIBIKI_LIMIT_SEND_PER_SECOND: "100000",
  HIBIKI_LIMIT_SEND_BURST: "200000",
  HIBIKI_LIMIT_SEND_PER_SECOND_CONVERSATION: "100000",
  HIBIKI_LIMIT_SEND_BURST_CONVERSATION: "200000"
})
const browser = await launchBrowser({ whole: true })
try {
  const bench = { browser, origin: server.origin }
  const rows: Array<Measured> = [...bytes()]
  if (only !== "timeline") rows.push(...(await measureCrowded(bench)))
  if (only !== "crowded") rows.push(...(await measureTimeline(bench)))
  const table = tableOf(rows)
  console.log(`\n${table}\n`)
  const failed = rows.filter((row) => verdict(row) === "FAILED")
  if (!quick && only === undefined) {
    const about = `Measured by \`npm run bench:web\` with Chromium on ${cpus().length} cores, beside the server and nothing else.`
    const before = existsSync(document) ? readFileSync(document, "utf8") : "# How fast it is\n"
    writeFileSync(document, withSection(before, "web", `## The page\n\n${about}\n\n${table}`))
  }
  if (failed.length > 0) console.log(`over a hard bound: ${failed.map((row) => row.what).join("; ")}`)
  process.exitCode = failed.length > 0 ? 1 : 0
} finally {
  await browser.close()
  await server.stop()
}
