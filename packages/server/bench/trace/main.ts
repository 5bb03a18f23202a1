/**
 * Lists the source files that run for one message: from the call that posts it to the other client's row, with the
 * embedded server and both clients in this process. The database has a thread of its own, which is not counted.
 *
 * V8 counts the calls of every function. A repetition begins when no function of ours has run for a while, which resets
 * the counters, and ends inside the listener that shows the row. What runs by chance, such as a heartbeat, is told
 * apart by repeating: a file counts when it ran in at least half of the repetitions.
 */
import { Session } from "node:inspector"
import { setTimeout as wait } from "node:timers/promises"
import { parseArgs } from "node:util"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Context, Effect, Exit, Layer, Logger, LogLevel, Scope } from "effect"
import { loadSettings } from "../../src/cli/config/Environment.ts"
import { roleOptions } from "../../src/cli/config/roleOptions.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { embedded } from "../../src/roles/embedded.ts"
import { isLive, makeGroup, openDevice, shownTexts, type TestDevice } from "../../test/cluster/TestDevice.ts"
import { temporaryFolder } from "../../test/e2e/harness.ts"
import { register } from "../../test/e2e/kill/api.ts"
import { putMigratedPglite } from "../../test/pglite/pgliteTemplate.ts"

const { values } = parseArgs({
  options: {
    max: { type: "string" },
    repetitions: { type: "string", default: "9" },
    functions: { type: "boolean", default: false }
  }
})
const [max, repetitions] = [Number(values.max ?? Number.POSITIVE_INFINITY), Number(values.repetitions)]
if (Number.isNaN(max) || !(repetitions > 0)) throw new Error("--max and --repetitions are numbers")

/** No function of ours has run for so long: the process is at rest. */
const quietMs = 150
const warmUps = 5

const root = new URL("../../../../", import.meta.url).href
const isProduct = /^packages\/[^/]+\/src\//

/** Names of functions that ran, by file. */
type Ran = ReadonlyMap<string, ReadonlyArray<string>>

/** The calls of this thread's functions since the last look. */
class CallCounter {
  readonly #session = new Session()

  constructor() {
    this.#session.connect()
    this.#session.post("Profiler.enable")
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false })
  }

  /** Answers at once, within this call. */
  take(): Ran {
    const ran = new Map<string, ReadonlyArray<string>>()
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error
      for (const { functions, url } of answer.result) {
        const file = url.startsWith(root) ? decodeURI(url.slice(root.length).replace(/[?#].*$/, "")) : ""
        if (!isProduct.test(file)) continue
        const called = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
        if (called.length > 0) ran.set(file, [...(ran.get(file) ?? []), ...called.map((each) => each.functionName)])
      }
    })
    return ran
  }
}

/** Resets the counters at a moment when nothing is going on. */
const atRest = async (calls: CallCounter): Promise<void> => {
  do await wait(quietMs)
  while (calls.take().size > 0)
}

/** Posts a text, and looks at `take` within the other's listener, as soon as it shows the row. */
const postTo = <A>(from: TestDevice, to: TestDevice, conversation: ConversationId, text: string, take: () => A) =>
  new Promise<A>((resolve, reject) => {
    const end = to.client.subscribe(() => {
      if (shownTexts(to, conversation).at(-1) !== text) return
      const taken = take()
      end()
      resolve(taken)
    })
    const sent = from.client.post(conversation, text)
    if (sent._tag === "NotQueued") reject(new Error(sent.code))
  })

const folder = temporaryFolder()
const scope = Effect.runSync(Scope.make())
try {
  await putMigratedPglite(folder.path)
  const settings = await Effect.runPromise(loadSettings({ HIBIKI_PORT: "0", HIBIKI_REGISTRATION: "open" }))
  const options = { folder: folder.path, onStep: () => Effect.void, ...roleOptions(settings), webPush: undefined }
  const server = embedded(options).pipe(Layer.provide(Logger.minimumLogLevel(LogLevel.Error)))
  const { origin } = Context.get(await Effect.runPromise(Layer.buildWithScope(server, scope)), HttpServer)
  const [ann, bob] = [await register(origin, "ann"), await register(origin, "bob")]
  const group = await makeGroup(origin, [ann, bob])
  const [from, to] = [await openDevice(origin, ann), await openDevice(origin, bob)]
  const closings = [from, to].map((device) => device.client.open(group))
  await Promise.all([isLive(from), isLive(to)])
  const calls = new CallCounter()
  for (let n = 0; n < warmUps; n++) await postTo(from, to, group, `warm-up ${n}`, () => undefined)
  const runs: Array<Ran> = []
  for (let n = 0; n < repetitions; n++) {
    await atRest(calls)
    runs.push(await postTo(from, to, group, `message ${n}`, () => calls.take()))
  }
  for (const close of closings) close()
  await Promise.all([from.close(), to.close()])
  process.exitCode = report(runs) > max ? 1 : 0
} finally {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  folder.remove()
}

/** Prints what ran by folder; answers how many files count. */
function report(runs: ReadonlyArray<Ran>): number {
  const times = new Map<string, number>()
  for (const file of runs.flatMap((run) => [...run.keys()])) times.set(file, (times.get(file) ?? 0) + 1)
  const files = [...times].filter(([, count]) => 2 * count >= runs.length).map(([file]) => file)
  const seldom = [...times].filter(([, count]) => 2 * count < runs.length)
  const functionsOf = (file: string) => [...new Set(runs.flatMap((run) => run.get(file) ?? []))]
  const folders = new Map<string, Array<string>>()
  for (const file of files.sort()) {
    const folder = file.slice(0, file.lastIndexOf("/"))
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  for (const [name, inIt] of folders) {
    console.log(`${name} (${inIt.length})`)
    for (const file of inIt) {
      const functions = functionsOf(file)
      const names = values.functions ? `: ${functions.map((each) => each || "(unnamed)").join(", ")}` : ""
      console.log(`  ${String(functions.length).padStart(3)} ${file.slice(name.length + 1)}${names}`)
    }
  }
  const sizes = runs.map((run) => run.size).sort((a, b) => a - b)
  console.log(`\n${files.length} files in ${folders.size} folders; in one repetition ${sizes[0]} to ${sizes.at(-1)}`)
  if (seldom.length > 0) console.log(`Seldom: ${seldom.map(([file, count]) => `${file} (${count})`).join(", ")}`)
  return files.length
}
