import { assert, describe, it } from "@effect/vitest"
import { forgettingMax, type Noted } from "../../src/lib/forgetting.ts"
import type { Kept } from "../../src/lib/kept.ts"
import type { Granting, SessionCalls, SessionRecord } from "../../src/lib/session.ts"
import { BrowserSession, stateOf } from "../../src/lib/session.ts"
import type { Channel, TabMessage } from "../../src/lib/tabs.ts"

const record = (n: number): SessionRecord => ({
  userId: `user ${n}`,
  deviceId: `device ${n}`,
  handle: `h${n}`,
  displayName: `P${n}`,
  admin: false
})

/** One browser: tabs share storage, a channel, a lock and the cookie, which decides whom a refresh is for. */
class Browser {
  now = 1_000_000
  cookie: SessionRecord | undefined
  /** What the server answers to a refresh instead. */
  failing: string | undefined
  /** The server takes questions and does not answer them. */
  silent = false
  refreshes = 0
  hasLocks = true
  refusesLocks = false
  /**
   * Answers to sign-ins, and to refreshes, wait for these. The cookie of a refresh is the one that it was sent with.
   */
  signInWaits: Promise<void> | undefined
  refreshWaits: Promise<void> | undefined
  readonly ended: Array<string> = []
  /** Access tokens that the server takes no more, though their browser thinks so. */
  readonly stale = new Set<string>()
  readonly #kept = new Map<string, string>()
  /** Calls it with every value that is kept, before it is. */
  onKeep = (_key: string, _value: string | undefined): void => undefined
  readonly #others: Array<{ readonly tab: object; readonly hear: (key: string, value: string | undefined) => void }> =
    []
  readonly #listeners: Array<{ readonly tab: object; readonly hear: (message: TabMessage) => void }> = []
  #turn: Promise<unknown> = Promise.resolve()
  #issued = 0

  tab(): BrowserSession {
    const tab = {}
    const kept: Kept = {
      get: (key) => this.#kept.get(key),
      set: (key, value) => {
        this.onKeep(key, value)
        if (value === undefined) this.#kept.delete(key)
        else this.#kept.set(key, value)
        for (const other of this.#others) if (other.tab !== tab) other.hear(key, value)
      },
      onOther: (hear) => {
        this.#others.push({ tab, hear })
        return () => undefined
      }
    }
    const channel: Channel = {
      post: (message) => {
        for (const other of this.#listeners) if (other.tab !== tab) other.hear(message)
      },
      listen: (hear) => {
        this.#listeners.push({ tab, hear })
        return () => undefined
      }
    }
    const exclusively = <A>(run: () => Promise<A>): Promise<A> => {
      if (!this.hasLocks) return run()
      if (this.refusesLocks) return Promise.reject(new Error("no lock"))
      const next = this.#turn.then(run)
      this.#turn = next.catch(() => undefined)
      return next
    }
    return new BrowserSession({ calls: this.#calls, kept, channel, exclusively, now: () => this.now })
  }

  grant(to: SessionRecord): Granting {
    this.cookie = to
    return { ok: true, granted: { record: to, token: `token ${++this.#issued}`, ttlMs: 900_000 } }
  }

  readonly #calls: SessionCalls = {
    signIn: async ({ handle }) => {
      await this.signInWaits
      return handle === "wrong" ? { ok: false, error: { _tag: "SignInFailed" } } : this.grant(record(Number(handle)))
    },
    register: async ({ handle }) => this.grant(record(Number(handle))),
    refresh: async () => {
      this.refreshes++
      const sent = this.cookie
      await this.refreshWaits
      await (this.silent ? new Promise(() => undefined) : Promise.resolve())
      if (this.failing !== undefined) return { ok: false, error: { _tag: this.failing, retryAfterMs: 7 } }
      return sent === undefined ? { ok: false, error: { _tag: "Unauthenticated" } } : this.grant(sent)
    },
    signOut: async (token) => {
      if (this.failing !== undefined) return "unknown"
      if (this.stale.has(token)) return "refused"
      this.ended.push(token)
      this.cookie = undefined
      return "ended"
    },
    policy: async () => undefined,
    resetPassword: async () => ({ ok: true, handle: "aki" })
  }
}

const signedIn = async (browser: Browser, n = 1) => {
  const tab = browser.tab()
  assert.deepStrictEqual(await tab.signIn({ handle: String(n), password: "x" }), { ok: true })
  return tab
}

/** Lets all go on that waits for nothing. */
const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
const gate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

describe("BrowserSession", () => {
  it("signs in where the browser gives no lock", async () => {
    const browser = new Browser()
    browser.refusesLocks = true
    await signedIn(browser, 1)
    assert.strictEqual(browser.cookie?.userId, record(1).userId)
  })

  it("signs in as who asks, though another tab ends the former sign-in at the same time", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser, 1)
    const other = browser.tab()
    browser.failing = "Unreachable"
    await tab.signOut()
    const [signIn, refresh] = [gate(), gate()]
    browser.signInWaits = signIn.opened
    const signing = tab.signIn({ handle: "2", password: "x" })
    await settled()
    browser.failing = undefined
    browser.refreshWaits = refresh.opened
    const finishing = other.finishSignOut()
    await settled()
    signIn.open()
    assert.deepStrictEqual(await signing, { ok: true })
    refresh.open()
    await finishing
    browser.refreshWaits = undefined
    browser.now += 900_000
    assert.strictEqual((await tab.token())._tag, "Token")
    assert.strictEqual(tab.record?.userId, record(2).userId)
  })

  it("remembers who is signed in for the next page load, and no token", async () => {
    const browser = new Browser()
    await signedIn(browser)
    const next = browser.tab()
    assert.deepStrictEqual(next.record, record(1))
    assert.strictEqual(browser.refreshes, 0)
    assert.deepStrictEqual(await next.token(), { _tag: "Token", token: "token 2" })
    assert.strictEqual(browser.refreshes, 1)
  })

  it("refreshes once for all who ask at the same time, in all tabs", async () => {
    const browser = new Browser()
    await signedIn(browser)
    const [a, b] = [browser.tab(), browser.tab()]
    const answers = await Promise.all([a.token(), a.token(), b.token(), b.token()])
    assert.strictEqual(browser.refreshes, 1)
    assert.deepStrictEqual(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1)
  })

  it("refreshes once for all calls of a page where tabs can't agree", async () => {
    const browser = new Browser()
    browser.hasLocks = false
    await signedIn(browser)
    const tab = browser.tab()
    await Promise.all([tab.token(), tab.token(), tab.renewed("token 1")])
    assert.strictEqual(browser.refreshes, 1)
  })

  it("gets another token for one that the server refused, once for all calls that met it", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser)
    const [first, second] = await Promise.all([tab.renewed("token 1"), tab.renewed("token 1")])
    assert.deepStrictEqual(first, { _tag: "Token", token: "token 2" })
    assert.deepStrictEqual(second, first)
    assert.deepStrictEqual(await tab.renewed("token 1"), first)
    assert.strictEqual(browser.refreshes, 1)
  })

  it("renews a token before it ends", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser)
    browser.now += 869_000
    assert.deepStrictEqual(await tab.token(), { _tag: "Token", token: "token 1" })
    browser.now += 2_000
    assert.deepStrictEqual(await tab.token(), { _tag: "Token", token: "token 2" })
  })

  it("stays signed in while the server is away", async () => {
    const browser = new Browser()
    await signedIn(browser)
    browser.failing = "Unavailable"
    const tab = browser.tab()
    assert.deepStrictEqual(await tab.token(), { _tag: "Unreachable", retryAfterMs: 7 })
    assert.deepStrictEqual(tab.record, record(1))
  })

  it("is signed out in all tabs when the server has ended the device", async () => {
    const browser = new Browser()
    const [a, b] = [await signedIn(browser), browser.tab()]
    const told: Array<unknown> = []
    for (const tab of [a, b]) tab.onChange((next, why) => told.push([next, why]))
    browser.cookie = undefined
    assert.deepStrictEqual(await b.token(), { _tag: "SignedOut" })
    assert.deepStrictEqual(a.record, undefined)
    assert.includeDeepMembers(told, [[undefined, "expired"]])
    assert.strictEqual(told.length, 2)
    assert.isUndefined(browser.tab().record)
  })

  it("follows another tab's sign-in as somebody else, and gives out none of its tokens for the former", async () => {
    const browser = new Browser()
    const [a, b] = [await signedIn(browser, 1), browser.tab()]
    await b.signIn({ handle: "2", password: "x" })
    assert.deepStrictEqual(a.record, record(2))
    assert.deepStrictEqual(await a.token(), { _tag: "Token", token: "token 2" })
  })

  it("goes by the cookie when that is another sign-in's", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser, 1)
    browser.grant(record(2))
    browser.now += 1_000_000
    assert.deepStrictEqual(await tab.token(), { _tag: "SignedOut" })
    assert.deepStrictEqual(tab.record, record(2))
  })

  it("ends the device on the server when signing out, and later when the server was away", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser)
    browser.failing = "Unreachable"
    await tab.signOut()
    assert.isUndefined(tab.record)
    assert.deepStrictEqual(browser.ended, [])
    browser.failing = undefined
    await browser.tab().finishSignOut()
    assert.deepStrictEqual(browser.ended, ["token 2"])
    await browser.tab().finishSignOut()
    assert.strictEqual(browser.ended.length, 1)
  })

  it("ends the device by its cookie when the server takes its access token no more", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser)
    browser.stale.add("token 1")
    await tab.signOut()
    assert.deepStrictEqual(browser.ended, ["token 2"])
    assert.isUndefined(browser.cookie)
  })

  it("leaves another sign-in alone whose cookie stands where that of the device was", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser)
    browser.stale.add("token 1")
    browser.grant(record(2))
    await tab.signOut()
    assert.deepStrictEqual(browser.ended, [])
    assert.deepStrictEqual(browser.cookie, record(2))
    await tab.finishSignOut()
    assert.deepStrictEqual(browser.ended, [])
  })

  it("tells the other tabs of a sign-out before the server does", async () => {
    const browser = new Browser()
    const [a, b] = [await signedIn(browser), browser.tab()]
    const told: Array<unknown> = []
    for (const tab of [a, b]) tab.onChange((_next, why) => told.push([why, browser.ended.length]))
    await a.signOut()
    assert.deepStrictEqual(told, [
      ["bySelf", 0],
      ["bySelf", 0]
    ])
    assert.strictEqual(browser.ended.length, 1)
  })

  it("is out at once when signing out, whatever the server does", async () => {
    const browser = new Browser()
    const tabs = [await signedIn(browser), browser.tab()]
    browser.now += 1_000_000
    browser.silent = true
    void tabs[1]?.signOut()
    for (const tab of tabs) assert.isUndefined(tab.record)
    assert.isUndefined(browser.tab().record)
  })

  it("ends what was signed out while the server was away before somebody else comes in, whose cookie takes its place", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser, 1)
    browser.failing = "Unreachable"
    await tab.signOut()
    browser.failing = undefined
    assert.deepStrictEqual(await tab.signIn({ handle: "2", password: "x" }), { ok: true })
    assert.deepStrictEqual(browser.ended, ["token 2"])
    assert.deepStrictEqual(browser.cookie, record(2))
    assert.deepStrictEqual(await tab.token(), { _tag: "Token", token: "token 3" })
  })

  it("asks once for all who would end a device at the same time, in all tabs", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser)
    const other = browser.tab()
    browser.failing = "Unreachable"
    await tab.signOut()
    browser.failing = undefined
    const before = browser.refreshes
    await Promise.all([tab.finishSignOut(), tab.finishSignOut(), other.finishSignOut()])
    assert.strictEqual(browser.refreshes, before + 1)
    assert.strictEqual(browser.ended.length, 1)
  })

  it("does not end a later sign-in for an earlier one's sake", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser, 1)
    browser.failing = "Unreachable"
    await tab.signOut()
    const next = await signedIn(browser, 2)
    browser.failing = undefined
    await next.finishSignOut()
    assert.deepStrictEqual(browser.ended, [])
    assert.deepStrictEqual(next.record, record(2))
  })

  it("answers a refused sign-in without changing who is signed in", async () => {
    const tab = new Browser().tab()
    assert.deepStrictEqual(await tab.signIn({ handle: "wrong", password: "x" }), {
      ok: false,
      error: { _tag: "SignInFailed" }
    })
    assert.isUndefined(tab.record)
  })
})

describe("stateOf", () => {
  it("says why nobody is signed in and how much waits, where there is something to say", () => {
    assert.deepStrictEqual(stateOf(undefined), { _tag: "signedOut" })
    assert.deepStrictEqual(stateOf(undefined, "revoked", 0), { _tag: "signedOut", why: "revoked" })
    assert.deepStrictEqual(stateOf(undefined, "expired", 2), { _tag: "signedOut", why: "expired", unsent: 2 })
  })
})

describe("whom the browser has to forget", () => {
  const noted = ["user 1"]

  it("is noted before they are signed out, whoever says so", async () => {
    for (const leave of ["bySelf", "otherPerson"] as const) {
      const browser = new Browser()
      const tab = await signedIn(browser)
      const before: Array<ReadonlyArray<string>> = []
      browser.onKeep = (key) => {
        if (key === "hibiki.session") before.push(tab.forgetting.users)
      }
      await (leave === "bySelf" ? tab.signOut() : tab.signIn({ handle: "2", password: "x" }))
      assert.deepStrictEqual(before, [noted], leave)
    }
  })

  it("is noted by each tab that hears of it, also when another one has forgotten already", async () => {
    const browser = new Browser()
    const [tab, other] = [await signedIn(browser), browser.tab()]
    browser.onKeep = (key, value) => {
      if (key === "hibiki.session" && value === undefined) tab.forgetting.remove("user 1")
    }
    await tab.signOut()
    assert.deepStrictEqual(other.forgetting.users, noted)
  })

  it("is spared of their drafts where their sign-in came to its end, in each tab, and not where they chose to go", async () => {
    const browser = new Browser()
    const [tab, other] = [await signedIn(browser), browser.tab()]
    browser.cookie = undefined
    assert.deepStrictEqual(await tab.renewed("token 1"), { _tag: "SignedOut" })
    const drafts: ReadonlyArray<Noted> = [{ userId: "user 1", spared: "outboxAndDrafts" }]
    assert.deepStrictEqual([tab.forgetting.noted, other.forgetting.noted], [drafts, drafts])
    await tab.signIn({ handle: "2", password: "x" })
    await tab.signOut()
    assert.deepStrictEqual(other.forgetting.noted, [...drafts, { userId: "user 2", spared: "outbox" }])
  })

  it("is nobody who signed in again", async () => {
    const browser = new Browser()
    const tab = await signedIn(browser)
    await tab.signOut()
    assert.deepStrictEqual(tab.forgetting.users, noted)
    await tab.signIn({ handle: "1", password: "x" })
    assert.deepStrictEqual(tab.forgetting.users, [])
  })

  it("are at most so many", async () => {
    const { forgetting } = new Browser().tab()
    for (let n = 0; n <= forgettingMax; n++) forgetting.add(`user ${n}`, "outbox")
    assert.strictEqual(forgetting.users.length, forgettingMax)
    assert.strictEqual(forgetting.users[0], "user 1")
  })
})
