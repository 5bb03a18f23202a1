import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { callAuthorityCases } from "../conformance/authority/callAuthority.ts"
import { badInputCase } from "../conformance/bad/BadInput.ts"
import { type Case, casesOf } from "../conformance/Case.ts"
import { accountCalls } from "../conformance/cases/calls/accountCalls.ts"
import { callCases } from "../conformance/cases/calls/CallEntry.ts"
import { clientFrames } from "../conformance/cases/clientFrames.ts"
import { treeOf } from "../conformance/mutants/JsonTree.ts"
import { mutate } from "../conformance/mutants/mutate.ts"
import {
  atRest,
  grownSince,
  growth,
  type OwnServer,
  startOwnServer,
  wrongInLog
} from "../conformance/mutants/ownServer.ts"
import { Random } from "../conformance/mutants/Random.ts"
import { runMutants } from "../conformance/mutants/runMutants.ts"
import { promised } from "../conformance/promised.ts"
import { runSuite, type SuiteReport } from "../conformance/runSuite.ts"
import { groups } from "../conformance/suite.ts"
import { freePort, run } from "./harness.ts"

const main = fileURLToPath(new URL("../conformance/main.ts", import.meta.url))
let own: OwnServer
let url = ""

beforeAll(async () => {
  own = await startOwnServer()
  url = own.url
})
afterAll(async () => {
  if (own !== undefined) await own.end()
})

const failuresOf = ({ groups }: SuiteReport) =>
  groups.flatMap(({ failures, name }) => failures.map((failure) => [name, failure.case, failure.why]))
const silently = { log: () => undefined }
const runCases = (cases: ReadonlyArray<Case>, deviations: ReadonlyMap<string, string> = new Map()) =>
  runSuite({ url, ...silently, groups: [{ name: "tried", cases }], deviations })

describe("the conformance suite", () => {
  it("finds that the embedded server keeps the protocol", async () => {
    const { invite } = own
    const lines: Array<string> = []
    const report = await runSuite({ url, invite, log: (line) => lines.push(line) })
    assert.deepStrictEqual(failuresOf(report), [])
    assert.isAtLeast(report.cases, 850)
    for (const { name, cases, skipped } of report.groups) {
      assert.isAbove(cases, 0, name)
      assert.deepStrictEqual(skipped, [], name)
    }
    assert.strictEqual(lines.at(-1), `${report.cases} cases, 0 failed`)
    assert.deepStrictEqual(wrongInLog(own, report.secrets), [])
  }, 600_000)

  it("finds that mutants are answered in a defined way, and leave nothing behind in the server", async () => {
    const lines: Array<string> = []
    const shared = { url, invite: undefined, prefix: undefined, log: (line: string) => lines.push(line) }
    // Until code, caches and files are warm, whatever ran before.
    await runMutants({ ...shared, mutants: 300, seed: 3 })
    const before = await atRest(own.inside)
    const report = await runMutants({ ...shared, mutants: 3_000, seed: 4 })
    assert.deepStrictEqual(report.failures, [])
    assert.strictEqual(report.sent, 3_000)
    // They got further than to the check of their form.
    for (const outcome of [
      "frames: accepted",
      "frames: refused as not_found",
      "bodies: done",
      "envelopes: done",
      "streams: a stream"
    ]) {
      assert.isAbove(report.outcomes.get(outcome) ?? 0, 0, outcome)
    }
    assert.deepStrictEqual(await grownSince(own.inside, before), [])
    assert.deepStrictEqual(wrongInLog(own, report.secrets), [])
  }, 600_000)

  it("has cases for every bad input that is promised to be harmless, as data", () => {
    const names = groups.flatMap(({ cases, name }) => cases.map((each) => `${name} / ${each.name}`))
    assert.isAtLeast(names.filter((name) => name.startsWith("bad inputs: ")).length, 70)
    assert.strictEqual(new Set(promised.map(({ item }) => item)).size, promised.length)
    assert.isAtLeast(promised.length, 67)
    for (const { cases, item } of promised) {
      assert.isNotEmpty(cases, item)
      for (const wanted of cases)
        assert.isTrue(
          names.some((name) => name.startsWith(wanted)),
          `${item}: ${wanted}`
        )
    }
  })

  it("makes the same mutant again of the same seed and number", () => {
    const tree = treeOf({ op: "post", posts: [{ id: "a", text: "b" }], last: true })
    const made = (seed: number) => Array.from({ length: 200 }, (_, n) => mutate(tree, new Random(seed, n)))
    assert.deepStrictEqual(made(1), made(1))
    assert.notDeepEqual(made(1), made(2))
    assert.isAbove(new Set(made(1)).size, 150)
  })

  it("says what has grown, and what a log may not hold", () => {
    const census = (sockets: number, descriptors: number, heapBytes: number) => ({
      ...{ objects: new Map([["WebSocket", sockets]]), descriptors, heapBytes }
    })
    assert.deepStrictEqual(growth(census(1, 10, 1e8), census(1, 15, 1.1e8)), [])
    assert.deepStrictEqual(growth(census(0, 10, 1e8), census(1, 16, 1.2e8)), [
      "WebSocket: 0, then 1",
      "descriptors: 10, then 16",
      "heap: 100000000 bytes, then 120000000"
    ])
    const saying = (stderr: string) => ({ ...own, server: { ...own.server, stdout: () => "", stderr: () => stderr } })
    assert.deepStrictEqual(wrongInLog(saying("all is well"), new Set(["canary-1"])), [])
    assert.lengthOf(wrongInLog(saying("TypeError: x is not a function\n    at f (file:///a.js:1:2)"), new Set()), 1)
    assert.deepStrictEqual(wrongInLog(saying("a call with canary-1"), new Set(["canary-1"])), ["a secret: cana..."])
  })

  it("reports an answer that is not the expected one, with both", async () => {
    const wrong: Case = {
      name: "user.me without a token",
      run: ({ api }) => api.fails("user.me", {}, undefined, 403, { _tag: "Unauthenticated" })
    }
    const silent = badInputCase({
      name: "a good ping",
      tried: { sent: { how: "text", text: '{"op":"ping"}' }, outcome: { silent: true } }
    })
    const changing = badInputCase({
      name: "a good edit",
      tried: ({ group, memberPost }) => {
        const edit = {
          op: "edit",
          id: memberPost.id.replace(/.{12}$/, "0123456789ab"),
          conversationId: group,
          target: memberPost.seq,
          text: "changed"
        }
        return { sent: { how: "text", text: JSON.stringify(edit) }, outcome: { frame: { op: "accepted" } } }
      }
    })
    const [first, second, third, ...rest] = failuresOf(await runCases([wrong, silent, changing]))
    assert.match(String(first?.[2]), /expected .*"status":403.* got .*"status":401/)
    assert.match(String(second?.[2]), /what else was said: .*"op":"pong"/)
    assert.match(String(third?.[2]), /nothing has changed/)
    assert.deepStrictEqual(rest, [])
  })

  it("reports what a table lacks: an op, a call, one of its errors, a row of authority", async () => {
    const { ping } = clientFrames
    const cases = [
      ...casesOf("client frames", ["ping", "shout"], { ping }),
      ...casesOf("client frames", ["hush"], { hush: [] }),
      ...casesOf("client frames", ["mute"], { mute: { unprovoked: "" } }),
      ...callCases([["user.shout", []]], {}),
      ...callCases([["user.me", ["Unauthenticated", "Hoarse"]]], { "user.me": accountCalls["user.me"] }),
      ...callAuthorityCases(["user.shout"])
    ]
    assert.deepStrictEqual(
      failuresOf(await runCases(cases)).map(([, name]) => name),
      [
        "shout: has a case",
        "hush: has a case",
        "mute: has a case",
        "user.shout: has a case",
        "user.me: has a case of Hoarse",
        "user.shout: has a row"
      ]
    )
  })

  it("reports a known deviation apart, and as a failure when it is none any more", async () => {
    const fails: Case = { name: "one", run: () => Promise.reject(new Error("seen")) }
    const passes: Case = { name: "two", run: () => Promise.resolve() }
    const known = new Map(["one", "two"].map((name) => [`tried / ${name}`, "why"]))
    const report = await runCases([fails, passes], known)
    assert.deepStrictEqual(report.deviations, ["tried / one"])
    assert.deepStrictEqual(
      failuresOf(report).map(([, name]) => name),
      ["tried / two"]
    )
  })

  it("ends as a program with 0 or 1", async () => {
    const args = ["--conditions=source", "--import", "tsx", main]
    const good = run([...args, "--url", url, "--only", "final codes"], {})
    assert.strictEqual(await good.exited, 0, good.stderr())
    assert.match(good.stdout(), /^final codes: \d+ cases, 0 failed .*\n\d+ cases, 0 failed\n$/)
    const nobody = run([...args, "--url", `http://127.0.0.1:${await freePort()}`], {})
    assert.strictEqual(await nobody.exited, 1)
    assert.match(nobody.stderr(), /could not begin: .*ECONNREFUSED/)
    assert.strictEqual(await run(args, {}).exited, 64)
  })

  it("finds that a server which goes away says so, and ends in time", async () => {
    const since = performance.now()
    const leave = () => {
      // Node would not exit while somebody inspects it.
      own.inside.close()
      own.server.process.kill("SIGTERM")
    }
    const report = await runSuite({ url, ...silently, groups: [], leave })
    assert.deepStrictEqual(failuresOf(report), [])
    assert.strictEqual(report.cases, 1)
    assert.strictEqual(await own.server.exited, 0)
    assert.isBelow(performance.now() - since, 20_000)
  })
})
