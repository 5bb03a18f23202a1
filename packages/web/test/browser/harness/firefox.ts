/**
 * Firefox, driven over WebDriver BiDi, which it speaks by itself: one browser with a profile and a network of its own,
 * and one tab.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { WebSocket } from "ws"
import { endChildWithProcess } from "../../../../server/test/e2e/endWithProcess.ts"
import { sizes } from "./browser.ts"
import { inTime } from "./eventually.ts"
import { type Network, openNetwork } from "./network.ts"

const places = [process.env["HIBIKI_TEST_FIREFOX"], "/usr/bin/firefox-esr", "/usr/bin/firefox"]

/** Keys by the names that pages see, as the protocol wants them. */
const keys = { Backspace: "\ue003", Enter: "\ue007", Shift: "\ue008", Control: "\ue009", ArrowLeft: "\ue012" } as const
type Key = keyof typeof keys

export interface Firefox {
  readonly network: Network
  readonly open: (url: string) => Promise<void>
  /** Runs a function in the page. It sees nothing from outside but its argument. */
  readonly ask: <A, B>(run: (argument: A) => B | Promise<B>, argument: A) => Promise<B>
  readonly type: (text: string) => Promise<void>
  /** Pressed together: those before the last are held down. */
  readonly press: (...chord: ReadonlyArray<Key | (string & {})>) => Promise<void>
  readonly screenshot: (path: string) => Promise<void>
  /**
   * Errors and warnings of the page, what its policy forbade, and prompts, but for what a network that is down
   * explains. The browser's own requests can't be told apart from the page's: whom the page asks is looked at in
   * Chromium.
   */
  readonly problems: () => ReadonlyArray<string>
  readonly close: () => Promise<void>
}

interface Message {
  readonly id?: number
  readonly type: string
  readonly error?: string
  readonly message?: string
  readonly method?: string
  readonly params?: { readonly level?: string; readonly text?: string }
  readonly result?: unknown
}

export const openFirefox = async (): Promise<Firefox> => {
  const program = places.find((path) => path !== undefined && existsSync(path))
  if (program === undefined) throw new Error("no Firefox: install it, or name it in HIBIKI_TEST_FIREFOX")
  const network = await openNetwork()
  const profile = mkdtempSync(join(tmpdir(), "hibiki-firefox-"))
  writeFileSync(join(profile, "user.js"), preferences(Number(new URL(network.proxy).port)))
  const browser = spawn(program, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      HOME: profile,
      MOZ_HEADLESS_WIDTH: String(sizes.laptop.width),
      MOZ_HEADLESS_HEIGHT: String(sizes.laptop.height)
    }
  })
  endChildWithProcess(browser)
  const ended = new Promise<void>((resolve) => browser.once("exit", () => resolve()))
  let said = ""
  browser.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString()
  })
  const address = await inTime(
    "the address of Firefox",
    () => /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1],
    60_000
  )
  const link = await connect(`${address}/session`)
  await link.send("session.new", { capabilities: { alwaysMatch: { unhandledPromptBehavior: { default: "dismiss" } } } })
  const { contexts } = (await link.send("browsingContext.getTree", {})) as {
    readonly contexts: ReadonlyArray<{ readonly context: string }>
  }
  const context = contexts[0]?.context ?? ""
  const noted: Array<string> = []
  link.onEvent(({ method, params }) => {
    if (method === "browsingContext.userPromptOpened") noted.push("a prompt was opened")
    const isDown = network.state() !== "up" || performance.now() - network.lastDownAt() < lateMs
    if (method === "log.entryAdded" && ["error", "warn"].includes(params?.level ?? "") && !isDown)
      noted.push(params?.text ?? "")
  })
  await link.send("session.subscribe", { events: ["log.entryAdded", "browsingContext.userPromptOpened"] })
  await link.send("script.addPreloadScript", {
    functionDeclaration: `() => document.addEventListener("securitypolicyviolation", (event) => {
      console.error("content policy: " + event.violatedDirective + " " + event.blockedURI)
    })`
  })
  const act = (actions: ReadonlyArray<object>) =>
    link.send("input.performActions", { context, actions: [{ type: "key", id: "keyboard", actions }] })
  const step = (type: "keyDown" | "keyUp") => (value: string) => ({ type, value })
  return {
    network,
    open: async (url) => void (await link.send("browsingContext.navigate", { context, url, wait: "complete" })),
    ask: async <A, B>(run: (argument: A) => B | Promise<B>, argument: A) => {
      const functionDeclaration = `async () => JSON.stringify({ value: await (${String(run)})(${JSON.stringify(argument)}) })`
      const answer = (await link.send("script.callFunction", {
        functionDeclaration,
        awaitPromise: true,
        target: { context }
      })) as {
        readonly result?: { readonly value: string }
        readonly exceptionDetails?: { readonly text: string }
      }
      if (answer.result === undefined) throw new Error(`in Firefox: ${answer.exceptionDetails?.text}`)
      return (JSON.parse(answer.result.value) as { readonly value: B }).value
    },
    type: async (text) =>
      void (await act([...text].flatMap((letter) => [step("keyDown")(letter), step("keyUp")(letter)]))),
    press: async (...chord) => {
      const values = chord.map((key) => new Map<string, string>(Object.entries(keys)).get(key) ?? key)
      await act([...values.map(step("keyDown")), ...values.toReversed().map(step("keyUp"))])
    },
    screenshot: async (path) => {
      const { data } = (await link.send("browsingContext.captureScreenshot", { context })) as { readonly data: string }
      writeFileSync(path, Buffer.from(data, "base64"))
    },
    problems: () => noted,
    close: async () => {
      await link.send("browser.close", {}).catch(() => undefined)
      link.close()
      browser.kill()
      await ended
      await network.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Failures come in late: what was asked for while the network was down may be told as failed a little after. */
const lateMs = 3_000

const preferences = (port: number): string =>
  Object.entries({
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": port,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": port,
    "network.proxy.allow_hijacking_localhost": true,
    "network.proxy.no_proxies_on": "",
    "intl.accept_languages": "en-GB",
    "ui.prefersReducedMotion": 1,
    // Nothing of the browser's own: no updates, telemetry, welcome pages or looks whether there is a network.
    "app.normandy.enabled": false,
    "app.update.enabled": false,
    "browser.aboutwelcome.enabled": false,
    "browser.newtabpage.enabled": false,
    "browser.safebrowsing.malware.enabled": false,
    "browser.safebrowsing.phishing.enabled": false,
    "browser.search.update": false,
    "browser.shell.checkDefaultBrowser": false,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.region.network.url": "",
    "datareporting.policy.dataSubmissionEnabled": false,
    "dom.push.connection.enabled": false,
    "extensions.getAddons.cache.enabled": false,
    "extensions.update.enabled": false,
    "media.gmp-manager.url": "",
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "signon.rememberSignons": false,
    "toolkit.telemetry.reportingpolicy.firstRun": false
  })
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`)
    .join("\n")

/** The protocol: commands by number, and events. */
const connect = async (address: string) => {
  const socket = new WebSocket(address)
  const waiting = new Map<number, (answer: Message) => void>()
  let hear: (event: Message) => void = () => {}
  let next = 1
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as Message
    if (message.id === undefined) return hear(message)
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  })
  socket.on("close", () => {
    for (const answer of waiting.values()) answer({ type: "error", error: "closed" })
  })
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject))
  return {
    onEvent: (listener: (event: Message) => void) => {
      hear = listener
    },
    send: (method: string, params: object): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const id = next++
        waiting.set(id, (answer) =>
          answer.type === "success"
            ? resolve(answer.result)
            : reject(new Error(`${method}: ${answer.error} ${answer.message ?? ""}`))
        )
        socket.send(JSON.stringify({ id, method, params }))
      }),
    close: () => socket.terminate()
  }
}
