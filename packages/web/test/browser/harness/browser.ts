/**
 * A real browser, and devices in it: contexts with a network, a size, a language and a theme of their own, that note
 * everything that went wrong.
 */
import { existsSync } from "node:fs"
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core"
import { type Network, openNetwork } from "./network.ts"
import type { TestServer } from "./server.ts"

const wholePlaces = [
  process.env["HIBIKI_TEST_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome"
]
/** The same engine without a browser around it: a test takes two thirds of the time. */
const shellPlaces = [process.env["HIBIKI_TEST_CHROMIUM"], "/usr/bin/chromium-headless-shell", ...wholePlaces]

/** `whole`: with what belongs to no page, such as notifications. */
export const launchBrowser = ({ whole = false } = {}): Promise<Browser> => {
  const executablePath = (whole ? wholePlaces : shellPlaces).find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) throw new Error("no Chromium: install it, or name it in HIBIKI_TEST_CHROMIUM")
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    ]
  })
}

/** Asked by the browser itself, of its own accord, where a form is. */
const browsersOwn = new Set(["content-autofill.googleapis.com"])

export interface DeviceOptions {
  readonly name: string
  readonly size?: "phone" | "tablet" | "laptop"
  readonly language?: "ja" | "en"
  readonly theme?: "light" | "dark"
}

export interface Device {
  readonly name: string
  readonly context: BrowserContext
  readonly network: Network
  readonly origin: string
  readonly language: "ja" | "en"
  /** A further tab, at a path of the server. */
  readonly open: (path?: string) => Promise<Page>
  /** What went wrong so far, but for what a cut network explains. */
  readonly problems: () => ReadonlyArray<string>
  /** Declares that something of this shape goes wrong on purpose. */
  readonly expectProblem: (shape: RegExp) => void
  readonly close: () => Promise<void>
}

export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 1180, height: 820 },
  laptop: { width: 1280, height: 800 }
} as const

const phoneAgent =
  "Mozilla/5.0 (Linux; Android 14; Phone) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"

/** Failures come in late: what was asked for while the network was down may be told as failed a little after. */
const lateMs = 3_000

export const openDevice = async (
  browser: Browser,
  server: Pick<TestServer, "origin">,
  options: DeviceOptions
): Promise<Device> => {
  const { language = "en", name, size = "laptop", theme = "light" } = options
  const network = await openNetwork()
  const context = await browser.newContext({
    viewport: sizes[size],
    ...(size === "phone" ? { userAgent: phoneAgent } : {}),
    hasTouch: size !== "laptop",
    isMobile: size !== "laptop",
    locale: language === "ja" ? "ja-JP" : "en-GB",
    timezoneId: "Asia/Tokyo",
    colorScheme: theme,
    proxy: { server: network.proxy, bypass: "<-loopback>" },
    reducedMotion: "reduce"
  })
  context.setDefaultTimeout(120_000)
  const noted: Array<string> = []
  const expected: Array<RegExp> = []
  const note = (page: Page, what: string) =>
    noted.push(`${name} ${new URL(page.url() === "" ? "about:blank" : page.url()).pathname}: ${what}`)
  const isDown = () => performance.now() - network.lastDownAt() < lateMs
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  context.on("page", (page) => {
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return
      if (isDown() && /net::|WebSocket|Failed to (load|fetch)|fetching the script/.test(message.text())) return
      note(page, `console ${message.type()}: ${message.text()} (${message.location().url})`)
    })
    page.on("pageerror", (error) => note(page, `page error: ${error.stack ?? error.message}`))
    page.on("requestfailed", (request) => {
      // A page that is left takes its requests along.
      if (isDown() || request.failure()?.errorText === "net::ERR_ABORTED") return
      note(page, `request failed: ${request.url()} ${request.failure()?.errorText}`)
    })
    page.on("request", (request) => {
      const url = new URL(request.url())
      if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(server.origin).host)
        note(page, `third party: ${request.url()}`)
    })
    page.on("crash", () => note(page, "crashed"))
  })
  return {
    name,
    context,
    network,
    origin: server.origin,
    language,
    open: async (path = "/") => {
      const page = await context.newPage()
      await page.goto(new URL(path, server.origin).href)
      return page
    },
    problems: () => [
      ...noted.filter((problem) => !expected.some((shape) => shape.test(problem))),
      ...network
        .foreignHosts()
        .filter((host) => !browsersOwn.has(host))
        .map((host) => `${name}: asked for ${host}`)
    ],
    expectProblem: (shape) => void expected.push(shape),
    close: async () => {
      await context.close()
      await network.close()
    }
  }
}
