// The contract suites' cases by backend, from a run's journal (verdict.mjs): every backend must have run the same ones.
/** Files that run the same suites, and the cases that need what one of them lacks. */
const suites = [
  {
    name: "EventStore",
    memory: "packages/testing/test/EventStoreMemory.test.ts",
    pglite: "packages/server/test/sql/EventStorePglite.test.ts",
    postgres: "packages/server/test/live/EventStorePostgres.test.ts"
  },
  {
    name: "Conversations",
    memory: "packages/testing/test/ConversationsMemory.test.ts",
    pglite: "packages/server/test/sql/ConversationsPglite.test.ts",
    postgres: "packages/server/test/live/ConversationsPostgres.test.ts"
  },
  {
    name: "Accounts",
    memory: "packages/testing/test/accountsMemory.test.ts",
    pglite: "packages/server/test/sql/accountsPglite.test.ts",
    postgres: "packages/server/test/live/accounts.test.ts"
  },
  {
    name: "PushStore",
    memory: "packages/testing/test/PushStoreMemory.test.ts",
    pglite: "packages/server/test/sql/PushStorePglite.test.ts",
    postgres: "packages/server/test/live/PushStorePostgres.test.ts"
  }
]

/** A port's suite on a backend of a cluster. Each suite runs alone in a describe of this name, or `<port> in process`. */
const onBackend = /^(?<port>[A-Z]\w+) on (?<backend>Redis|RabbitMQ|Postgres)$/

/** A line for each port and backend that both ran, and whether any differs. */
const clusterCounts = (run) => {
  const titles = new Map()
  for (const test of run.ended.flatMap(({ tests }) => tests)) {
    if (test.state !== "passed") continue
    const [suite] = test.ancestors
    titles.set(suite, (titles.get(suite) ?? new Set()).add(test.title))
  }
  const lines = []
  let differ = false
  const compared = new Set()
  for (const [suite, there] of titles) {
    const { backend, port } = onBackend.exec(suite)?.groups ?? {}
    const inProcess = titles.get(`${port} in process`)
    if (inProcess === undefined) continue
    compared.add(`${port} in process`)
    lines.push(`contract ${port}: ${inProcess.size} cases in process, ${there.size} on ${backend}`)
    differ ||= inProcess.size !== there.size || [...inProcess].some((title) => !there.has(title))
  }
  // Where any is compared, both projects ran: a port that is not was given another name on its backend.
  const alone = [...titles.keys()].filter((suite) => /^[A-Z]\w+ in process$/.test(suite) && !compared.has(suite))
  if (compared.size > 0 && alone.length > 0) {
    lines.push(`no backend of a cluster ran the contract of ${alone.join(", ")}`)
    differ = true
  }
  return { lines, differ }
}

/**
 * Lines to print, and whether the backends differ. A suite is compared when all three backends ran. The shared cases
 * are PGlite's: it has one connection, so what needs a second one (set-aside) runs on the other two only.
 */
export const contractCounts = (run) => {
  const titles = new Map()
  for (const { file, tests } of run.ended) {
    const passed = tests.filter((test) => test.state === "passed").map((test) => test.title)
    titles.set(file, new Set(passed))
  }
  const lines = []
  let differ = false
  for (const { name, memory, pglite, postgres } of suites) {
    const sets = [memory, pglite, postgres].map((path) => titles.get(path))
    if (sets.some((set) => set === undefined)) continue
    const [inMemory, inPglite, inPostgres] = sets
    const both = [...inMemory].filter((title) => inPostgres.has(title))
    const shared = both.filter((title) => inPglite.has(title))
    const further = both.length - shared.length
    const counts = sets.map((set) => shared.filter((title) => set.has(title)).length)
    lines.push(
      `contract ${name}: ${counts[0]} cases on memory, ${counts[1]} on PGlite, ${counts[2]} on Postgres${further > 0 ? `; ${further} more on memory and Postgres` : ""}`
    )
    const only = [...inPglite].filter(
      (title) => !shared.includes(title) && (inMemory.has(title) || inPostgres.has(title))
    )
    differ ||= shared.length === 0 || only.length > 0
  }
  const cluster = clusterCounts(run)
  return { lines: [...lines, ...cluster.lines], differ: differ || cluster.differ }
}
