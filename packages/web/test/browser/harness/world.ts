/**
 * What one test file uses: a server, a browser, and devices that are closed and looked through at the end of each test.
 */
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, assert, beforeAll } from "@effect/vitest"
import type { Browser } from "playwright-core"
import { type Device, type DeviceOptions, launchBrowser, openDevice } from "./browser.ts"
import { startTestServer, type TestServer } from "./server.ts"
import { openTerminal, type Terminal } from "./terminal.ts"

/** What can be reached and stopped. */
type Reachable = Pick<TestServer, "origin" | "stop">

export interface World<Server extends Reachable = TestServer> {
  readonly server: () => Server
  readonly browser: () => Browser
  readonly device: (options: DeviceOptions) => Promise<Device>
  readonly terminal: (handle: string) => Promise<Terminal>
}

/**
 * Call once at the top of a file. After each test no device may have had a problem that was not declared. `browser`:
 * what `launchBrowser` takes.
 */
export const useWorld = (
  settings: Readonly<Record<string, string>> = {},
  browser: Parameters<typeof launchBrowser>[0] = {}
): World => useWorldOf(() => startTestServer(settings), browser)

/** The same at another server. */
export const useWorldOf = <Server extends Reachable>(
  start: () => Promise<Server>,
  options: Parameters<typeof launchBrowser>[0] = {}
): World<Server> => {
  let server: Server | undefined
  let browser: Browser | undefined
  let devices: Array<Device> = []
  let terminals: Array<Terminal> = []
  const there = <A>(thing: A | undefined): A => {
    if (thing === undefined) throw new Error("not started yet")
    return thing
  }
  beforeAll(async () => {
    const [started, launched] = await Promise.all([start(), launchBrowser(options)])
    server = started
    browser = launched
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await picture(task.name, devices)
    const problems = devices.flatMap((device) => device.problems())
    await Promise.all([...devices.map((device) => device.close()), ...terminals.map((terminal) => terminal.close())])
    devices = []
    terminals = []
    assert.deepStrictEqual(problems, [], "no page had a problem")
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })
  return {
    server: () => there(server),
    browser: () => there(browser),
    device: async (options) => {
      const device = await openDevice(there(browser), there(server), options)
      devices.push(device)
      return device
    },
    terminal: async (handle) => {
      const terminal = await openTerminal(there(server).origin, handle)
      terminals.push(terminal)
      return terminal
    }
  }
}

/** What the pages of a failed test looked like, to be found in the folder for temporary files. */
const picture = async (test: string, devices: ReadonlyArray<Device>) => {
  const folder = join(tmpdir(), "hibiki-browser")
  for (const { context, name } of devices)
    for (const [index, page] of context.pages().entries()) {
      const file = `${test} ${name} ${index}`.replaceAll(/[^\w-]+/g, "-").slice(0, 120)
      await page.screenshot({ path: join(folder, `${file}.png`), timeout: 5_000 }).catch(() => undefined)
    }
}
