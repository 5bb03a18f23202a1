// @vitest-environment jsdom
/** The joined page over a server that a test switches off and on. */
import { afterAll, afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import type { ClientChange } from "@hibiki/core/client/loop/ClientLoop"
import { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { createRoot } from "solid-js"
import type { KeptOutboxRow } from "../../src/lib/database.ts"
import { type Kept, keptIn } from "../../src/lib/kept.ts"
import type { Granting, SessionCalls } from "../../src/lib/session.ts"
import { joinTabs, silentChannel } from "../../src/lib/tabs.ts"
import type { App } from "../../src/model/App.ts"
import { createApp, type Page } from "../../src/model/createApp.ts"
import { readList } from "../../src/model/keptList.ts"
import type { ChatOptions } from "../../src/runtime/startChat.ts"
import { fakeBrowser } from "../lib/fakeLocks.ts"
import { freshBrowser, open } from "../lib/memoryDatabase.ts"
import { summary } from "../ui/stage.tsx"
import { until } from "../until.ts"

const room = ConversationId.make("01890000-0000-7000-8000-00000000000a")
const record = {
  userId: "01890000-0000-7000-8000-000000000001",
  deviceId: "device",
  handle: "aki",
  displayName: "Aki",
  admin: false
}
const log = ConversationId.make("01890000-0000-7000-8000-000000000500")

/**
 * Stands in for the live part, which would want a socket: says that it was told to close and that it came to lead, and
 * what a test has it say.
 */
const live = {
  closed: 0,
  cameToLead: 0,
  unkept: false,
  status: "live" as "live" | "offline",
  unsentPosts: 0,
  failed: new Map() as ReturnType<HibikiClient["failed"]>,
  reads: new Map<ConversationId, number>(),
  tell: (_change: Partial<ClientChange>): void => undefined
}
vi.doMock("../../src/runtime/startChat.ts", () => ({
  startChat: async ({ onLead }: ChatOptions) => ({
    led: onLead(() => void live.cameToLead++),
    client: {
      subscribe: (tell: typeof live.tell) => {
        live.tell = tell
        return () => undefined
      },
      readUnlisted: () => live.reads,
      status: () => ({ _tag: live.status }),
      me: () => undefined,
      failed: () => live.failed,
      inspect: () => ({ unkept: live.unkept, unsentPosts: live.unsentPosts }),
      presence: () => undefined,
      isPresenceTold: () => false,
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
// The next file of this worker is to get the one that wants a socket.
afterAll(() => {
  vi.doUnmock("../../src/runtime/startChat.ts")
  vi.resetModules()
})

beforeEach(() => {
  freshBrowser()
  const quiet = { closed: 0, cameToLead: 0, unkept: false, status: "live", unsentPosts: 0 }
  Object.assign(live, { ...quiet, failed: new Map(), reads: new Map() })
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
      return this.answers === "all" ? "ended" : "unknown"
    },
    policy: async () => undefined,
    resetPassword: async () => ({ ok: true, handle: "aki" })
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

/** Of somebody who signed in some time ago. */
const keptRecord = (): Kept => {
  const kept = keptIn(undefined, window)
  kept.set("hibiki.session", JSON.stringify(record))
  return kept
}

/** It has no token yet. */
const opened = (server: Server, kept = keptRecord(), locks?: LockManager, invite?: string): Promise<Page> =>
  createRoot((dispose) => {
    disposals.push(dispose)
    return createApp({
      kept,
      channel: silentChannel,
      tabs: joinTabs({ locks, session: undefined, freshId: () => "tab" }),
      call: async () => ({ ok: false, error: { _tag: "Unreachable" } }),
      calls: server.calls,
      exclusively: (run) => run(),
      invite
    })
  })

const network = (online: boolean) => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(online)
  dispatchEvent(new Event(online ? "online" : "offline"))
}

describe("signing out", () => {
  it("says goodbye and shows the way in at once, though no server answers", async () => {
    const server = new Server()
    const { app, goLive } = await opened(server)
    goLive()
    await until(() => app.chat() !== undefined)
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
    await until(() => server.ended.length === 1)
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

describe("what is kept of who signed out", () => {
  const unsent = (id: string): KeptOutboxRow => {
    const row = { conversationId: log, order: 1, epoch: null, at: 0, state: "queued", handedOver: false } as const
    return { id, tab: "tab", row: { ...row, id: CommandId.make(id), body: { kind: "post", text: "later" } } }
  }
  const keep = async () => {
    const database = await open(record.userId)
    await database.put("drafts", { text: "half", at: 1 }, log)
    await database.put("outbox", unsent("01890000-0000-7000-8000-000000000009"))
    return { drafts: () => database.count("drafts"), outbox: () => database.count("outbox") }
  }

  it("is forgotten by the next page when this one went before it had hung up, but for what was not sent", async () => {
    const [kept, { drafts, outbox }] = [keptRecord(), await keep()]
    const { app, goLive } = await opened(new Server(), kept)
    goLive()
    await until(() => app.chat() !== undefined)
    await app.signOut()
    assert.deepStrictEqual([app.session(), await drafts()], [{ _tag: "signedOut", why: "bySelf" }, 1])
    await opened(new Server(), kept)
    await until(async () => (await drafts()) === 0)
    assert.strictEqual(await outbox(), 1)
    await until(() => kept.get("hibiki.forgetting") === undefined)
  })

  it("is forgotten by the next page where it could not be read", async () => {
    const [kept, { drafts }] = [keptRecord(), await keep()]
    const opening = vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("not now", "UnknownError")
    })
    const { app } = await opened(new Server(), kept)
    await app.signOut()
    // As it was opened, and again to be forgotten.
    await until(() => opening.mock.calls.length === 2)
    opening.mockRestore()
    await opened(new Server(), kept)
    await until(async () => (await drafts()) === 0)
  })

  it("is forgotten by the next page but for drafts, where the sign-in had come to its end", async () => {
    const [kept, { drafts, outbox }] = [keptIn(undefined, window), await keep()]
    const database = await open(record.userId)
    await database.put("meta", { conversations: [] }, "list")
    kept.set("hibiki.forgetting", `${record.userId}+drafts`)
    await opened(new Server(), kept)
    await until(() => kept.get("hibiki.forgetting") === undefined)
    assert.deepStrictEqual([await database.count("meta"), await drafts(), await outbox()], [0, 1, 1])
  })

  it("stays when they are signed in all the same", async () => {
    const [kept, { drafts }] = [keptRecord(), await keep()]
    kept.set("hibiki.forgetting", record.userId)
    const { app } = await opened(new Server(), kept)
    await until(() => app.keeps())
    assert.isUndefined(kept.get("hibiki.forgetting"))
    assert.strictEqual(await drafts(), 1)
  })

  it("is not written anew by a page that would come to lead after it", async () => {
    const browser = fakeBrowser()
    const [first, second] = [browser.page(), browser.page()]
    await opened(new Server(), keptRecord(), first.manager)
    const { app, goLive } = await opened(new Server(), keptRecord(), second.manager)
    goLive()
    await until(() => app.chat() !== undefined)
    await app.signOut()
    first.close()
    await browser.settled()
    assert.strictEqual(live.cameToLead, 0)
  })
})

describe("an invite", () => {
  it("that somebody opened who is in already is told of once, and leads nobody to registration later", async () => {
    const { app, goLive, toasts } = await opened(new Server(), keptRecord(), undefined, "invitation")
    assert.strictEqual(app.invite(), "invitation", "the server has still to agree that they are in")
    goLive()
    await until(() => app.invite() === undefined)
    assert.deepStrictEqual(
      toasts.shown().map(({ text }) => text),
      [app.i18n.t().app.inviteUnused("Aki")]
    )
    await app.signOut()
    assert.isUndefined(app.invite())
  })

  it("is there for a stranger until they are in, whichever way they come in", async () => {
    const server = new Server()
    const { app, goLive, toasts } = await opened(server, keptIn(undefined, window), undefined, "invitation")
    goLive()
    server.answers = "away"
    await app.register({ handle: "aki", password: "x" })
    assert.strictEqual(app.invite(), "invitation")
    server.answers = "all"
    await app.signIn({ handle: "aki", password: "x" })
    assert.isUndefined(app.invite())
    assert.deepStrictEqual(toasts.shown(), [])
  })
})

describe("a list that was kept", () => {
  const unread = (app: App) => app.conversations()?.map((line) => [line.unread, line.readUpTo])

  it("shows what is read of it before there is a newer one, also at the next start", async () => {
    const database = await open(record.userId)
    const kept = summary(500, { head: 9, readUpTo: 4, unread: 5 })
    await database.put("meta", { conversations: [kept] }, "list")
    const { app, goLive } = await opened(new Server())
    goLive()
    await until(() => app.chat() !== undefined)
    assert.deepStrictEqual(unread(app), [[5, 4]])
    for (const upTo of [7, 9]) {
      live.reads = new Map([[kept.conversationId, upTo]])
      live.tell({ conversations: true, feeds: new Set(), hints: new Set() })
      assert.deepStrictEqual(unread(app), [[9 - upTo, upTo]])
    }
    dispatchEvent(new Event("pagehide"))
    await until(async () => (await readList(database))?.[0]?.unread === 0)
  })
})

describe("what is not sent", () => {
  it("is told by conversation as soon as it is refused, also what was refused before", async () => {
    const { app, goLive } = await opened(new Server())
    assert.isUndefined(app.failed())
    live.failed = new Map([[room, []]])
    goLive()
    await until(() => app.chat() !== undefined)
    assert.strictEqual(app.failed(), live.failed)
    live.failed = new Map()
    live.tell({
      status: false,
      conversations: false,
      feeds: new Set([room]),
      presence: false,
      hints: new Set(),
      stayed: []
    })
    assert.strictEqual(app.failed(), live.failed)
  })

  it("is known to be kept when there is a database, and not before", async () => {
    const { app } = await opened(new Server())
    await until(() => app.keeps())
    await app.signOut()
    assert.isFalse(app.keeps())
  })

  it("is not kept while the database does not take it", async () => {
    const { app, goLive } = await opened(new Server())
    goLive()
    await until(() => app.chat() !== undefined)
    assert.isTrue(app.keeps())
    live.unkept = true
    assert.isFalse(app.keeps())
    live.unkept = false
    assert.isTrue(app.keeps())
  })

  it("is asked to be spared when a post waits to be sent, once, and not before", async () => {
    const persist = vi.fn(async () => true)
    Object.defineProperty(navigator, "storage", { value: { persist }, configurable: true })
    try {
      const { app, goLive } = await opened(new Server())
      goLive()
      await until(() => app.chat() !== undefined)
      const told = (status: typeof live.status, unsentPosts: number) => {
        Object.assign(live, { status, unsentPosts })
        live.tell({ status: true, feeds: new Set(), hints: new Set() })
        return persist.mock.calls.length
      }
      assert.deepStrictEqual(
        [told("live", 1), told("offline", 0), told("offline", 1), told("offline", 2)],
        [0, 0, 1, 1]
      )
    } finally {
      Reflect.deleteProperty(navigator, "storage")
    }
  })

  it("is not kept where the browser forbids it", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("forbidden", "SecurityError")
    })
    const { app, goLive } = await opened(new Server())
    goLive()
    await until(() => app.chat() !== undefined)
    assert.isFalse(app.keeps())
  })
})
