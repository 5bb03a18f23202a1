/**
 * The service worker over caches that a test looks into: what it keeps when one build follows another, and what a page
 * is given.
 */
import { readFileSync } from "node:fs"
import { createContext, runInContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { onOpen, tellLanguage } from "../../src/lib/serviceWorker.ts"
import { until } from "../until.ts"

const source = readFileSync(new URL("../../offline/worker.js", import.meta.url), "utf8")
const origin = "https://hibiki.test"

interface Build {
  readonly version: string
  readonly files: ReadonlyArray<string>
}
interface Asked {
  readonly url: string
}
interface WorkerEvent {
  readonly request?: Asked
  readonly data?: { readonly json: () => unknown }
  readonly notification?: { readonly close: () => void; readonly data: unknown }
  readonly waitUntil?: (work: Promise<unknown>) => void
  readonly respondWith?: (answer: Promise<string>) => void
}

/**
 * One browser: its caches outlive each build's worker. A file's content is its path and the build that it was fetched
 * from.
 */
class Browser {
  readonly #caches = new Map<string, Map<string, string>>()
  #served: Build = { version: "none", files: [] }
  #listeners = new Map<string, (event: WorkerEvent) => void>()

  /** The server has this build from now on, and its worker takes over. */
  async deploy(build: Build): Promise<void> {
    this.#served = build
    this.#listeners = new Map()
    runInContext(`const build = ${JSON.stringify(build)}\n${source}`, createContext(this.#globals()))
    for (const type of ["install", "activate"]) {
      const work: Array<Promise<unknown>> = []
      this.#listeners.get(type)?.({ waitUntil: (each) => work.push(each) })
      await Promise.all(work)
    }
  }

  /** What a page gets from the worker; undefined: the worker let the request pass. */
  async gets(path: string): Promise<string | undefined> {
    const answers: Array<Promise<string>> = []
    const request = { method: "GET", mode: "cors", url: `${origin}${path}` }
    this.#listeners.get("fetch")?.({ request, respondWith: (answer) => answers.push(answer) })
    return answers[0]
  }

  /** What it shows, by tag. */
  readonly shown = new Map<string, { readonly body: string; readonly lang: string; readonly data: unknown }>()
  readonly opened: Array<string> = []
  /** Pages that are open, by their addresses. */
  pages: ReadonlyArray<string> = []
  readonly #hearing = new Set<(event: MessageEvent<unknown>) => void>()
  /** The worker's timers: none ends by itself. */
  readonly waits: Array<{ readonly run: () => void; readonly ms: number }> = []

  /** The pages go by themselves where they are told to, from now on. Answers how to end it. */
  pagesFollow(): () => void {
    const workers = {
      addEventListener: (_: string, hear: (event: MessageEvent<unknown>) => void) => void this.#hearing.add(hear),
      removeEventListener: (_: string, hear: (event: MessageEvent<unknown>) => void) => void this.#hearing.delete(hear)
    } as unknown as Parameters<typeof onOpen>[0]
    return onOpen(workers, (path) => void this.opened.push(`followed to ${path}`))
  }

  async tell(type: "push" | "notificationclick", event: Omit<WorkerEvent, "waitUntil">): Promise<void> {
    const work: Array<Promise<unknown>> = []
    this.#listeners.get(type)?.({ ...event, waitUntil: (each) => work.push(each) })
    await Promise.all(work)
  }

  get kept(): ReadonlyArray<string> {
    return [...this.#caches.keys()]
  }

  /** What the page is given of the caches. */
  readonly ofPage = {
    open: async (name: string) => {
      const files = this.#opened(name)
      return {
        put: async (path: string, response: Response) => void files.set(path, await response.text())
      } as unknown as Cache
    }
  }

  #opened(name: string): Map<string, string> {
    const files = this.#caches.get(name) ?? new Map<string, string>()
    this.#caches.set(name, files)
    return files
  }

  #fetch({ url }: Asked): string {
    const path = new URL(url, origin).pathname
    return this.#served.files.includes(path) ? `${path} of ${this.#served.version}` : "not found"
  }

  #globals() {
    const open = async (name: string) => {
      const files = this.#opened(name)
      return {
        addAll: async (requests: ReadonlyArray<Asked>) => {
          for (const request of requests) files.set(request.url, this.#fetch(request))
        },
        match: async (path: string) => files.get(path)
      }
    }
    return {
      URL,
      MessageChannel,
      setTimeout: (run: () => void, ms: number) => void this.waits.push({ run, ms }),
      Request: class {
        constructor(readonly url: string) {}
      },
      fetch: async (request: Asked) => this.#fetch(request),
      caches: {
        open,
        keys: async () => [...this.#caches.keys()],
        delete: async (name: string) => this.#caches.delete(name),
        match: async (path: string, options?: { readonly cacheName: string }) => {
          if (options === undefined)
            return [...this.#caches.values()].map((files) => files.get(path)).find((file) => file !== undefined)
          const file = this.#caches.get(options.cacheName)?.get(path)
          return file === undefined ? undefined : new Response(file)
        }
      },
      self: {
        location: { origin },
        skipWaiting: async () => undefined,
        navigator: { language: "ja-JP" },
        registration: {
          showNotification: async (
            _: string,
            { tag, ...more }: { tag: string; body: string; lang: string; data: unknown }
          ) => void this.shown.set(tag, more),
          getNotifications: async ({ tag }: { tag: string }) =>
            this.shown.has(tag) ? [{ close: () => this.shown.delete(tag) }] : []
        },
        clients: {
          claim: async () => undefined,
          matchAll: async () =>
            this.pages.map((url) => ({
              url,
              focus: async () => void this.opened.push(`focused ${url}`),
              navigate: async (path: string) => void this.opened.push(`went to ${path}`),
              postMessage: (data: unknown, ports: ReadonlyArray<MessagePort>) => {
                for (const hear of this.#hearing) hear({ data, ports } as MessageEvent<unknown>)
              }
            })),
          openWindow: async (path: string) => void this.opened.push(`opened ${path}`)
        },
        addEventListener: (type: string, listener: (event: WorkerEvent) => void) => this.#listeners.set(type, listener)
      }
    }
  }
}

const build = (version: string): Build => ({ version, files: ["/", "/icon.svg", `/assets/later-${version}.js`] })

describe("the service worker", () => {
  it("gives a page that is still open the parts of its own build, after the next one came", async () => {
    const browser = new Browser()
    await browser.deploy(build("1"))
    await browser.deploy(build("2"))
    assert.strictEqual(await browser.gets("/assets/later-1.js"), "/assets/later-1.js of 1")
    assert.strictEqual(await browser.gets("/assets/later-2.js"), "/assets/later-2.js of 2")
    assert.strictEqual(await browser.gets("/icon.svg"), "/icon.svg of 2")
  })

  it("keeps two builds, however many there were", async () => {
    const browser = new Browser()
    for (const version of ["1", "2", "3", "4"]) await browser.deploy(build(version))
    assert.deepStrictEqual(browser.kept, ["hibiki-page-3", "hibiki-page-4"])
    assert.strictEqual(await browser.gets("/assets/later-1.js"), "not found")
  })

  it("lets everything pass that is no file of the page", async () => {
    const browser = new Browser()
    await browser.deploy(build("1"))
    for (const path of ["/api/v1/auth.policy", "/rpc", "/health/live", "/other.txt"])
      assert.isUndefined(await browser.gets(path))
  })
})

describe("a push", () => {
  const conversationId = "01900000-0000-7000-8000-000000000001"
  const push = (more: object = {}) => ({
    data: { json: () => ({ v: 1, kind: "wake", conversationId, collapse: "key", ...more }) }
  })
  const started = async () => {
    const browser = new Browser()
    await browser.deploy(build("1"))
    return browser
  }

  it("shows one notification for a conversation, in the browser's language, which goes when it was read elsewhere", async () => {
    const browser = await started()
    await browser.tell("push", push())
    await browser.tell("push", push())
    assert.strictEqual(browser.shown.size, 1)
    assert.deepInclude(browser.shown.get("key"), { body: "新しいメッセージがあります", data: conversationId })
    await browser.tell("push", push({ kind: "cancel", collapse: "another" }))
    assert.strictEqual(browser.shown.size, 1)
    await browser.tell("push", push({ kind: "cancel" }))
    assert.strictEqual(browser.shown.size, 0)
  })

  it("is shown in the language that the page was last told to be in", async () => {
    const browser = await started()
    const told = async (language: string) => {
      await tellLanguage(language, browser.ofPage)
      await browser.tell("push", push())
      return browser.shown.get("key")?.lang
    }
    assert.strictEqual(await told("en"), "en")
    assert.include(browser.shown.get("key")?.body, "messages")
    await browser.deploy(build("2"))
    await browser.deploy(build("3"))
    await browser.tell("push", push({ collapse: "after two builds" }))
    assert.strictEqual(browser.shown.get("after two builds")?.lang, "en")
    assert.strictEqual(await told("ja"), "ja")
    assert.strictEqual(await told("toString"), "ja", "of another build: the browser's")
  })

  it("of a later server, or without a word, is shown all the same", async () => {
    const browser = await started()
    await browser.tell("push", push({ v: 2, kind: "cancel" }))
    await browser.tell("push", { data: { json: () => JSON.parse("no json") } })
    assert.strictEqual(browser.shown.size, 2)
  })

  const clickIn = (browser: Browser, data: unknown) =>
    browser.tell("notificationclick", { notification: { close: () => undefined, data } })

  it("that is clicked is followed by the page that was used last, which is not loaded anew, wherever it is by now", async () => {
    const browser = await started()
    const end = browser.pagesFollow()
    for (const url of [`${origin}/settings`, `${origin}/c/${conversationId}`]) {
      browser.pages = [url, `${origin}/new`]
      await clickIn(browser, conversationId)
      assert.deepStrictEqual(browser.opened.splice(0), [`focused ${url}`, `followed to /c/${conversationId}`])
    }
    end()
    const clicked = clickIn(browser, "of a later server")
    await until(() => browser.waits.length === 3)
    browser.waits.at(-1)?.run()
    await clicked
    assert.deepStrictEqual(browser.opened, [`focused ${origin}/c/${conversationId}`, "went to /"])
  })

  it("leads a page nowhere but to its own paths", () => {
    const opened: Array<string> = []
    const workers = new EventTarget()
    const end = onOpen(workers as ServiceWorkerContainer, (path) => void opened.push(path))
    const told = [
      { open: "//evil.example" },
      { open: "https://evil.example" },
      { open: 1 },
      "open",
      null,
      { open: "/c/1" }
    ]
    for (const data of told) workers.dispatchEvent(new MessageEvent("message", { data }))
    end()
    workers.dispatchEvent(new MessageEvent("message", { data: { open: "/" } }))
    assert.deepStrictEqual(opened, ["/c/1"])
  })

  it("that is clicked leads to its conversation, in a page that does not answer in time or in a new one", async () => {
    const browser = await started()
    const click = async (data: unknown) => {
      const clicked = clickIn(browser, data)
      if (browser.pages.length > 0) {
        await until(() => browser.waits.length === 1)
        for (const { ms, run } of browser.waits.splice(0)) {
          assert.isAtMost(ms, 5_000)
          run()
        }
      }
      await clicked
    }
    await click(conversationId)
    await click("../evil")
    browser.pages = [`${origin}/settings`]
    await click(conversationId)
    browser.pages = [`${origin}/c/${conversationId}`]
    await click(conversationId)
    assert.deepStrictEqual(browser.opened, [
      `opened /c/${conversationId}`,
      "opened /",
      `focused ${origin}/settings`,
      `went to /c/${conversationId}`,
      `focused ${origin}/c/${conversationId}`
    ])
  })
})
