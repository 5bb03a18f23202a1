/** The tests' own tools: a device's network can be cut and fall silent, and what goes wrong in a page is noted. */
import { createServer } from "node:http"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Browser, Page } from "playwright-core"
import { type WebSocket as ServerSocket, WebSocketServer } from "ws"
import { waitFor } from "../../../server/test/e2e/harness.ts"
import { type Device, launchBrowser, openDevice } from "./harness/browser.ts"

const server = createServer((request, answer) => {
  answer.writeHead(request.url === "/missing" ? 404 : 200, {
    "content-type": "text/html",
    ...(request.url === "/strict" ? { "content-security-policy": "script-src 'none'" } : {})
  })
  answer.end(request.url === "/strict" ? "<!doctype html><script>1</script>" : "<!doctype html>")
})
const sockets = new WebSocketServer({ server })
const closed: Array<number> = []
let serverSide: ServerSocket | undefined
sockets.on("connection", (socket) => {
  serverSide = socket
  socket.on("close", (code) => closed.push(code))
  socket.on("message", (data) => socket.send(String(data)))
})
let browser: Browser
let origin = ""

beforeAll(async () => {
  browser = await launchBrowser()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
})
afterAll(async () => {
  await browser?.close()
  sockets.close()
  server.close()
})

const withDevice = async (use: (device: Device, page: Page) => Promise<void>) => {
  const device = await openDevice(browser, { origin }, { name: "device" })
  try {
    await use(device, await device.open())
  } finally {
    await device.close()
  }
}

const status = () =>
  Promise.race([
    fetch("/").then(
      (answer) => answer.status,
      () => "failed"
    ),
    new Promise((resolve) => setTimeout(() => resolve("silent"), 300))
  ])

const openSocket = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/ws`)
        Object.assign(globalThis, { socket, heard: [] as Array<string>, socketCloses: 0 })
        socket.onmessage = ({ data }) => Reflect.get(globalThis, "heard").push(data)
        socket.onclose = () => Object.assign(globalThis, { socketCloses: 1 })
        socket.onopen = () => resolve("open")
      })
  )

describe("a device's network", () => {
  it("cut: sockets break, calls fail, and both come back", () =>
    withDevice(async (device, page) => {
      assert.strictEqual(await openSocket(page), "open")
      assert.deepStrictEqual(device.network.openSockets(), ["/ws"])
      device.network.set("cut")
      await page.waitForFunction(() => Reflect.get(globalThis, "socketCloses") === 1)
      assert.strictEqual(await page.evaluate(status), "failed")
      assert.deepStrictEqual(device.network.openSockets(), [])
      device.network.set("up")
      assert.strictEqual(await page.evaluate(status), 200)
      assert.strictEqual(await openSocket(page), "open")
      assert.deepStrictEqual(device.problems(), [], "what the cut explains is no problem")
    }))

  it("silent: the socket stays open on both sides and nothing passes, until it is over", () =>
    withDevice(async (device, page) => {
      await openSocket(page)
      const before = closed.length
      device.network.set("silent")
      assert.strictEqual(await page.evaluate(status), "silent")
      await page.evaluate(() => Reflect.get(globalThis, "socket").send("said to nobody"))
      serverSide?.send("heard by nobody")
      assert.strictEqual(await page.evaluate(status), "silent")
      assert.deepStrictEqual(await page.evaluate(() => Reflect.get(globalThis, "heard")), [])
      assert.strictEqual(closed.length, before)
      // Nor does a new socket come through.
      const second = page.evaluate(
        () =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket(`ws://${location.host}/second`)
            socket.onopen = () => resolve("open")
            socket.onerror = () => resolve("failed")
          })
      )
      assert.strictEqual(await Promise.race([second, page.evaluate(status)]), "silent")
      device.network.set("up")
      await waitFor("the broken socket", () => closed.length > before)
      assert.strictEqual(await page.evaluate(status), 200)
    }))
})

describe("a device's problems", () => {
  it("are errors of the page, of the console, of requests and of the content policy, and other hosts", () =>
    withDevice(async (device, page) => {
      const noted = async (shape: RegExp) =>
        assert.isDefined(await waitFor(String(shape), () => device.problems().find((problem) => shape.test(problem))))
      await page.evaluate(() => void setTimeout(() => Reflect.get(globalThis, "nothing").here))
      await noted(/page error: TypeError/)
      await page.evaluate(() => console.error("a complaint"))
      await noted(/console error: a complaint/)
      await page.evaluate(() => fetch("/missing"))
      await noted(/404/)
      await page.evaluate(() => fetch("http://other.invalid/").catch(() => undefined))
      await noted(/third party: http:\/\/other.invalid/)
      await noted(/asked for other.invalid/)
      await page.goto(`${origin}/strict`)
      await noted(/content policy: script-src/)
      device.expectProblem(/a complaint/)
      assert.isUndefined(device.problems().find((problem) => problem.includes("a complaint")))
    }))
})
