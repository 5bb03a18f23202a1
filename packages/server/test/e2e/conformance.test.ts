import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { callAuthorityCases } from "../conformance/authority/callAuthority.ts"
import { badInputCase } from "../conformance/bad/BadInput.ts"
import { type Case, casesOf } from "../conformance/Case.ts"
import { accountCalls } from "../conformance/cases/calls/accountCalls.ts"
import { callCases } from "../conformance/cases/calls/CallEntry.ts"
import { clientFrames } from "../conformance/cases/clientFrames.ts"
import { runSuite, type SuiteReport } from "../conformance/runSuite.ts"
import { endServer, freePort, type RunningServer, run, startServer, temporaryFolder } from "./harness.ts"

const folder = temporaryFolder()
const main = fileURLToPath(new URL("../conformance/main.ts", import.meta.url))
let server: RunningServer
let url = ""

/** Everything comes from one address, and two users must be served at once after each bad input. */
const roomy = {
  HIBIKI_REGISTRATION: "open",
  HIBIKI_LIMIT_REGISTER_PER_HOUR: "10000",
  HIBIKI_LIMIT_SIGN_IN_PER_MINUTE_ADDRESS: "10000",
  HIBIKI_LIMIT_TICKET_PER_MINUTE: "1000",
  HIBIKI_LIMIT_SEND_PER_SECOND: "200",
  HIBIKI_LIMIT_SEND_BURST: "500"
}

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  server = await startServer({ ...roomy, HIBIKI_DATA: join(folder.path, "data"), HIBIKI_PORT: String(port) })
})
afterAll(async () => {
  if (server !== undefined) await endServer(server)
  folder.remove()
})

const failuresOf = ({ groups }: SuiteReport) =>
  groups.flatMap(({ failures, name }) => failures.map((failure) => [name, failure.case, failure.why]))
const silently = { log: () => undefined }
const runCases = (cases: ReadonlyArray<Case>, deviations: ReadonlyMap<string, string> = new Map()) =>
  runSuite({ url, ...silently, groups: [{ name: "tried", cases }], deviations })

describe("the conformance suite", () => {
  it("finds that the embedded server keeps the protocol", async () => {
    const invite = new URL(server.link ?? "").hash.replace("#invite=", "")
    const lines: Array<string> = []
    const report = await runSuite({ url, invite, log: (line) => lines.push(line) })
    assert.deepStrictEqual(failuresOf(report), [])
    assert.isAtLeast(report.cases, 700)
    for (const { name, cases, skipped } of report.groups) {
      assert.isAbove(cases, 0, name)
      assert.deepStrictEqual(skipped, [], name)
    }
    assert.strictEqual(lines.at(-1), `${report.cases} cases, 0 failed`)
    assert.notMatch(server.stderr(), /\n\s+at /)
  }, 300_000)

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
})
