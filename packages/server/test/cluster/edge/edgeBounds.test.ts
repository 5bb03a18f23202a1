/** nginx's bounds, each gone over by a request, and whom it asks when a process can't answer. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { freePort, waitFor } from "../../e2e/harness.ts"
import { token } from "../../http/edgeUnderTest.ts"
import { type Nginx, type NginxOptions, startNginx } from "./Nginx.ts"
import { ask, exchange, type Upgraded, upgrade, volley } from "./plainHttp.ts"
import { type RawProcess, type StubProcess, startRaw, startStub } from "./stubProcesses.ts"

let page = ""
let stub: StubProcess
let nginx: Nginx

beforeAll(async () => {
  page = mkdtempSync(join(tmpdir(), "hibiki-page-"))
  mkdirSync(page, { recursive: true })
  writeFileSync(join(page, "index.html"), "<!doctype html>")
  stub = await startStub({ trustedProxies: ["127.0.0.1"] })
  nginx = await startNginx({ api: [stub.url], gateways: [stub.url] }, { page })
})
afterAll(async () => {
  await nginx?.stop()
  await stub?.stop()
  rmSync(page, { recursive: true, force: true })
})

const json = { "content-type": "application/json", authorization: `Bearer ${token}` }
const times = <A>(count: number, make: (n: number) => Promise<A>): Promise<ReadonlyArray<A>> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)))
/** As long as a client waits for a socket that it asked for. */
const clientPatienceMs = 5_000
const countOf = (replies: ReadonlyArray<{ readonly status: number }>, wanted: number): number =>
  replies.filter(({ status }) => status === wanted).length

/** Runs with an nginx of its own before these. */
const behind = async (
  {
    api = [],
    gateways = [],
    ...options
  }: {
    readonly api?: ReadonlyArray<RawProcess | string>
    readonly gateways?: ReadonlyArray<RawProcess | string>
  } & NginxOptions,
  use: (nginx: Nginx) => Promise<void>
) => {
  const closed = `http://127.0.0.1:${await freePort()}`
  const urls = (all: ReadonlyArray<RawProcess | string>) =>
    all.length === 0 ? [closed] : all.map((each) => (typeof each === "string" ? each : each.url))
  const own = await startNginx({ api: urls(api), gateways: urls(gateways) }, { page, ...options })
  try {
    await use(own)
  } finally {
    await own.stop()
    for (const each of [...api, ...gateways]) if (typeof each !== "string") await each.stop()
  }
}

describe("the edge's bounds", () => {
  it("end bodies and headers at the size that the processes take", async () => {
    const posted = (body: string) => ask(nginx.port, "POST", "/api/v1/user.me", { headers: json, body })
    assert.strictEqual((await posted(`{}${" ".repeat(65_534)}`)).status, 200)
    const large = await posted(`{}${" ".repeat(65_535)}`)
    assert.deepStrictEqual(
      [large.status, large.body],
      [413, '{"error":{"_tag":"BadRequest","code":"too_large","field":"body"}}']
    )
    const chunked = `POST /rpc HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${`4000\r\n${"x".repeat(16_384)}\r\n`.repeat(5)}0\r\n\r\n`
    assert.match(await exchange(nginx.port, chunked), /^HTTP\/1\.1 413 /)
    const headed = async (bytes: number, lines = 1) => {
      const all = Object.fromEntries(Array.from({ length: lines }, (_, n) => [`x-${n}`, "x".repeat(bytes)]))
      const { body, status } = await ask(nginx.port, "GET", "/edge/health", { headers: all })
      return [
        status,
        status === 200 || body === '{"error":{"_tag":"BadRequest","code":"headers_too_large","field":"headers"}}'
      ]
    }
    assert.deepStrictEqual(await headed(8_000), [200, true])
    assert.deepStrictEqual(await headed(8_200), [431, true])
    assert.deepStrictEqual(await headed(4_000, 3), [200, true])
    assert.deepStrictEqual(await headed(4_000, 6), [431, true])
    assert.strictEqual((await ask(nginx.port, "GET", `/c/${"x".repeat(8_200)}`)).status, 431)
  })

  it("hang up on who sends headers or a body slower than in 10 s", async () => {
    const since = performance.now()
    const head = "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    const said = await Promise.all([
      exchange(nginx.port, head),
      exchange(nginx.port, `${head}Content-Length: 10\r\n\r\n{`)
    ])
    assert.deepStrictEqual(said, ["", ""])
    assert.approximately(performance.now() - since, 10_500, 1_500)
  })

  it("let one address make a burst of calls and of upgrades, and no more, while others are served", async () => {
    // Nobody is behind it, so those that are let in are answered 503 at once.
    await behind({}, async ({ port }) => {
      const calls = await volley(port, "/api/v1/x", 1_000, "127.0.0.21")
      const upgrades = (await times(2, () => volley(port, "/ws", 1_000, "127.0.0.22"))).flat()
      for (const [replies, burst] of [
        [calls, 400],
        [upgrades, 1_000]
      ] as const) {
        assert.isAtLeast(countOf(replies, 503), burst)
        assert.isAtLeast(countOf(replies, 429), 100)
        assert.strictEqual(countOf(replies, 503) + countOf(replies, 429), replies.length)
      }
      for (const path of ["/api/v1/x", "/ws"])
        assert.strictEqual((await ask(port, "GET", path, { from: "127.0.0.23" })).status, 503)
    })
  })

  it("take a network of IPv6 addresses for one, and each IPv4 address for itself, however it is written", async () => {
    await behind({ addressBefore: true }, async ({ port }) => {
      const volleyOf = (forwardedFor: (n: number) => string) =>
        volley(port, "/api/v1/x", 1_000, "127.0.0.1", forwardedFor)
      const hex = (n: number) => (n + 1).toString(16)
      for (const network of [
        (n: number) => `2001:db8::${hex(n)}`,
        (n: number) => `2001:db8:1:0:${hex(n)}::`,
        (n: number) => `::${hex(n)}:0:0:1`,
        (n: number) => `2001:DB8:${n % 2 === 0 ? "2" : "0002"}:3:${hex(n)}::5`
      ]) {
        const replies = await volleyOf(network)
        assert.isAtLeast(countOf(replies, 429), 100, network(1))
        assert.strictEqual(countOf(replies, 503) + countOf(replies, 429), replies.length, network(1))
      }
      const byte = (n: number) => `${n >> 8}.${n & 255}`
      for (const own of [
        (n: number) => `2001:db8:7:${hex(n)}::1`,
        (n: number) => `2001:${hex(n)}::1`,
        (n: number) => `198.51.${byte(n)}`,
        (n: number) => `::ffff:203.0.${byte(n)}`
      ])
        assert.strictEqual(countOf(await volleyOf(own), 503), 1_000, own(1))
      assert.isAtLeast(countOf(await volleyOf((n) => (n % 2 === 0 ? "192.0.2.1" : "::ffff:192.0.2.1")), 429), 100)
    })
  })

  it("let one address hold a thousand sockets, and the next one when one of them has gone", async () => {
    const from = "127.0.0.24"
    const held: Array<Upgraded> = []
    for (let batch = 0; batch < 10; batch++)
      held.push(...(await times(100, () => upgrade(nginx.port, "/ws", { from }))))
    assert.strictEqual(countOf(held, 101), 1_000)
    const [tooMany, other] = [
      await upgrade(nginx.port, "/ws", { from }),
      await upgrade(nginx.port, "/ws", { from: "127.0.0.25" })
    ]
    assert.deepStrictEqual(
      [tooMany.status, tooMany.body],
      [429, '{"error":{"_tag":"RateLimited","retryAfterMs":1000}}']
    )
    assert.strictEqual(other.status, 101)
    const [first, ...rest] = held
    first?.socket?.destroy()
    const next = await waitFor("room", async () => {
      const tried = await upgrade(nginx.port, "/ws", { from })
      return tried.status === 101 && tried
    })
    for (const { socket } of [...rest, other, next]) socket?.destroy()
    await waitFor("all sockets to end", () => stub.sockets.size === 0)
  })
})

describe("the edge, of a process that can't answer,", () => {
  it("asks the next one while nothing was sent, and never sends a post twice", async () => {
    const [breaks, works] = [await startRaw("hangs up"), await startRaw(200)]
    await behind({ api: [breaks, works] }, async ({ port }) => {
      const posts = []
      for (let n = 0; n < 6; n++)
        posts.push(await ask(port, "POST", "/rpc", { headers: { ...json, "x-number": `${n}` }, body: "{}" }))
      const got = [...breaks.got, ...works.got].map((headers) => headers["x-number"])
      assert.deepStrictEqual(got.sort(), ["0", "1", "2", "3", "4", "5"])
      assert.strictEqual(countOf(posts, 503), breaks.got.length)
      assert.isAtLeast(breaks.got.length, 1)
    })
    const alive = await startRaw(200)
    await behind({ api: [`http://127.0.0.1:${await freePort()}`, alive] }, async ({ log, port }) => {
      const posts = await times(6, () => ask(port, "POST", "/rpc?canary-in-a-query", { headers: json, body: "{}" }))
      assert.strictEqual(countOf(posts, 200), 6)
      assert.lengthOf(alive.got, 6)
      await waitFor("a line for each", () => log().split('"path":"/rpc","status":200').length > 6)
      // Nor in its words on the process that is away.
      assert.notInclude(log(), "canary")
    })
  })

  it("finds a gateway that takes a socket, and passes on what is said about an address", async () => {
    const [drains, breaks, works] = [await startRaw(503), await startRaw("hangs up"), await startRaw(200)]
    await behind({ gateways: [drains, breaks, works] }, async ({ port }) => {
      for (let n = 0; n < 8; n++) {
        const { socket, status } = await upgrade(port, "/ws")
        assert.strictEqual(status, 101)
        socket?.destroy()
      }
      assert.isAtLeast(drains.got.length + breaks.got.length, 1)
      assert.lengthOf(works.got, 8)
    })
    const [drainsToo, limits] = [await startRaw(503), await startRaw(429)]
    await behind({ gateways: [limits] }, async ({ port }) =>
      assert.strictEqual((await upgrade(port, "/ws")).status, 429)
    )
    // A call's 503 is an answer, and stays the process' own.
    await behind({ api: [drainsToo] }, async ({ port }) =>
      assert.deepInclude(await ask(port, "POST", "/rpc", { headers: json, body: "{}" }), { status: 503, body: "said" })
    )
  })

  it("sends nobody to a gateway that stands still, though it has the fewest sockets", async () => {
    const [first, second] = [await startRaw(200), await startRaw(200)]
    await behind({ gateways: [first, second] }, async ({ port }) => {
      const open: Array<Upgraded> = []
      const dial = async () => void open.push(await upgrade(port, "/ws"))
      for (let n = 0; n < 8; n++) await dial()
      assert.deepStrictEqual([first.got.length, second.got.length], [4, 4])
      first.standStill()
      // Of each pair one is at the first.
      for (const { socket } of open.splice(0, 4)) socket?.destroy()
      for (let n = 0; n < 12; n++) {
        await dial()
        // One that failed is tried again after five seconds.
        if (n === 5) await pause(6_100)
      }
      assert.deepStrictEqual([countOf(open, 101), first.got.length, second.got.length], [16, 4, 16])
      for (const { socket } of open) socket?.destroy()
    })
  })

  it("lets everybody in within a client's patience while all gateways but one stand still", async () => {
    const [first, second, third] = [await startRaw(200), await startRaw(200), await startRaw(200)]
    await behind({ gateways: [first, second, third] }, async ({ port }) => {
      const open = new Map<string, Upgraded>()
      const dial = async (name: string) =>
        void open.set(
          name,
          await upgrade(port, "/ws", { headers: { "x-name": name } }, AbortSignal.timeout(clientPatienceMs))
        )
      const namesAt = ({ got }: RawProcess) => got.map((headers) => `${headers["x-name"]}`)
      for (let n = 0; n < 9; n++) await dial(`early ${n}`)
      assert.deepStrictEqual([first.got.length, second.got.length, third.got.length], [3, 3, 3])
      for (const still of [first, second]) {
        still.standStill()
        for (const name of namesAt(still)) open.get(name)?.socket?.destroy()
      }
      // Both are looked for, then neither, then both again.
      for (const afterMs of [0, 0, 1_100, 6_100, 0]) {
        await pause(afterMs)
        await dial(`late ${open.size}`)
      }
      assert.strictEqual(countOf([...open.values()], 101), 14)
      assert.deepStrictEqual([first.got.length, second.got.length, third.got.length], [3, 3, 8])
      for (const { socket } of open.values()) socket?.destroy()
    })
  })

  it("lets people in at once where the one gateway that is left was restarted just before", async () => {
    const port = await freePort()
    const other = await startRaw(200)
    await behind({ gateways: [`http://127.0.0.1:${port}`, other] }, async (edge) => {
      const dial = async () => {
        const { socket, status } = await upgrade(edge.port, "/ws")
        socket?.destroy()
        return status
      }
      // The one that is away is seen to be so.
      assert.deepStrictEqual([await dial(), await dial()], [101, 101])
      const restarted = await startRaw(200, port)
      await other.stop()
      assert.strictEqual(await dial(), 101)
      assert.lengthOf(restarted.got, 1)
      await restarted.stop()
    })
  })

  it("still asks a gateway that is slow to say that it lives when there is no other", async () => {
    const hangs = await startRaw("hangs")
    await behind({ gateways: [hangs] }, async ({ port }) => {
      const patience = new AbortController()
      const given = upgrade(port, "/ws", {}, patience.signal).then(
        () => "answered",
        () => "given up"
      )
      await waitFor("the upgrade to come to it", () => hangs.got.length === 1)
      patience.abort()
      assert.strictEqual(await given, "given up")
    })
  })

  it("is told who asks by nginx alone, and by which name", async () => {
    const works = await startRaw(200)
    await behind({ api: [works], gateways: [works] }, async ({ port }) => {
      const headers = {
        "x-forwarded-for": "1.2.3.4",
        "x-forwarded-proto": "https",
        forwarded: "for=1.2.3.4",
        "x-real-ip": "1.2.3.4"
      }
      await ask(port, "POST", "/rpc", {
        headers: { ...json, ...headers, upgrade: "h2c", connection: "upgrade" },
        body: "{}",
        from: "127.0.0.31"
      })
      const { socket } = await upgrade(port, "/ws", {
        headers: { ...headers, host: "chat.example.org:8443" },
        from: "127.0.0.32"
      })
      socket?.destroy()
      const [call, upgraded] = works.got
      const told = { "x-forwarded-proto": "http", forwarded: undefined, "x-real-ip": undefined }
      const heard = (got = call) => ({
        "x-forwarded-proto": got?.["x-forwarded-proto"],
        forwarded: got?.["forwarded"],
        "x-real-ip": got?.["x-real-ip"]
      })
      assert.deepStrictEqual([heard(call), heard(upgraded)], [told, told])
      assert.deepInclude(call, { "x-forwarded-for": "127.0.0.31", host: `127.0.0.1:${port}` })
      assert.isUndefined(call?.upgrade)
      assert.deepInclude(upgraded, {
        "x-forwarded-for": "127.0.0.32",
        host: "chat.example.org:8443",
        upgrade: "websocket"
      })
    })
  })
})
