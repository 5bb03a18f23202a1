// @vitest-environment jsdom
/** The joined page over a server that a test switches off and on. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import type { ClientChange, HibikiClient } from "@hibiki/core/client/HibikiClient"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { createRoot } from "solid-js"
import { createApp, type Page } from "../../src/app/createApp.ts"
import { silentChannel } from "../../src/lib/channel.ts"
import { keptIn } from "../../src/lib/kept.ts"
import type { Granting, SessionCalls } from "../../src/lib/sessionCalls.ts"
import { joinTabs } from "../../src/lib/tabs.ts"
import { freshBrowser } from "../lib/memoryDatabase.ts"

const room = ConversationId.make("01890000-0000-7000-8000-00000000000a")
const record = { userId: "01890000-0000-7000-8000-000000000001", deviceId: "device", handle: "aki", displayName: "Aki", admin: false }

/** Stands in for the live part, which would want a socket: says that it was told to close, and what a test has it say. */
const live = { closed: 0, failed: new Map() as ReturnType<HibikiClient["failed"]>, tell: (_change: ClientChange) => {} }
vi.doMock("../../src/runtime/startChat.ts", () => ({
  startChat: async () => ({
    client: {
      subscribe: (listener: typeof live.tell) => {
        live.tell = listener
        return () => undefined
      },
      status: () => ({ _tag: "live" }),
      me: () => undefined,
      failed: () => live.failed,
      presence: () => undefined,
      watchUsers: () => undefined,
      setVisible: () => undefined,
      setOnline: () => undefined,
      setActive: () => undefined
    },
    close: () => {
      live.closed++
      return new Promise(() => undefined)
    }
  })
}))

beforeEach(() => {
  freshBrowser()
  live.closed = 0
  live.failed = new Map()
})

class Server {
  answers: "all" | "none" | "away" = "all"
  readonly ended: Array<string> = []

  readonly calls: SessionCalls = {
    signIn: () => this.#answer(granting),
    register: () => this.#answer(granting),
    refresh: () => this.#answer(granting),
    signOut: async (token) => {
      if ((await this.#answer(granting)).ok) this.ended.push(token)
      return this.answers === "all"
    },
    policy: async () => undefined
  }

  async #answer(answer: Granting): Promise<Granting> {
    if (this.answers === "none") return new Promise(() => undefined)
    return this.answers === "away" ? { ok: false, error: { _tag: "Unreachable" } } : answer
  }
}
const granting: Granting = { ok: true, granted: { record, token: "token", ttlMs: 900_000 } }

const disposals: Array<() => void> = []
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose()
})

/** A page of somebody who signed in some time ago: it has no token yet. */
const opened = async (server: Server): Promise<Page> => {
  const kept = keptIn(undefined, window)
  kept.set("hibiki.session", JSON.stringify(record))
  return createRoot((dispose) => {
    disposals.push(dispose)
    return createApp({
      kept,
      channel: silentChannel,
      tabs: joinTabs({ locks: undefined, session: undefined, freshId: () => "tab" }),
      call: async () => ({ ok: false, error: { _tag: "Unreachable" } }),
      calls: server.calls,
      exclusively: (run) => run(),
      invite: undefined
    })
  })
}

const network = (online: boolean) => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(online)
  dispatchEvent(new Event(online ? "online" : "offline"))
}

describe("signing out", () => {
  it("says goodbye and shows the way in at once, though no server answers", async () => {
    const server = new Server()
    const { app, goLive } = await opened(server)
    goLive()
    await vi.waitUntil(() => app.chat() !== undefined)
    server.answers = "none"
    void app.signOut()
    assert.strictEqual(live.closed, 1)
    assert.deepStrictEqual(app.session(), { _tag: "signedOut", why: "bySelf" })
  })

  it("is told to the server when the network is back", async () => {
    const server = new Server()
    const { app } = await opened(server)
    server.answers = "away"
    await app.signOut()
    network(false)
    server.answers = "all"
    assert.deepStrictEqual(server.ended, [])
    network(true)
    await vi.waitUntil(() => server.ended.length === 1)
  })

  it("is told to a server that was away for a time", async () => {
    const server = new Server()
    vi.useFakeTimers()
    try {
      const starting = opened(server)
      await vi.advanceTimersByTimeAsync(1_000)
      const { app } = await starting
      server.answers = "away"
      await app.signOut()
      await vi.advanceTimersByTimeAsync(61_000)
      assert.deepStrictEqual(server.ended, [])
      server.answers = "all"
      await vi.advanceTimersByTimeAsync(61_000)
      assert.deepStrictEqual(server.ended, ["token"])
    } finally {
      vi.useRealTimers()
    }
  })
})

describe("what is not sent", () => {
  it("is told by conversation as soon as it is refused, also what was refused before", async () => {
    const { app, goLive } = await opened(new Server())
    assert.isUndefined(app.failed())
    live.failed = new Map([[room, []]])
    goLive()
    await vi.waitUntil(() => app.chat() !== undefined)
    assert.strictEqual(app.failed(), live.failed)
    live.failed = new Map()
    live.tell({ status: false, conversations: false, feeds: new Set([room]), presence: false, hints: new Set() })
    assert.strictEqual(app.failed(), live.failed)
  })

  it("is known to be kept when there is a database, and not before", async () => {
    const { app } = await opened(new Server())
    await vi.waitUntil(() => app.keeps())
    await app.signOut()
    assert.isFalse(app.keeps())
  })

  it("is not kept where the browser forbids it", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("forbidden", "SecurityError")
    })
    const { app, goLive } = await opened(new Server())
    goLive()
    await vi.waitUntil(() => app.chat() !== undefined)
    assert.isFalse(app.keeps())
  })
})
