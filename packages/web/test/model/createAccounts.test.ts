// @vitest-environment jsdom
import { assert, beforeEach, describe, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { createRoot } from "solid-js"
import { openDatabase } from "../../src/lib/database.ts"
import { keptIn } from "../../src/lib/kept.ts"
import type { Granting, SessionCalls } from "../../src/lib/session.ts"
import { BrowserSession } from "../../src/lib/session.ts"
import { joinTabs, silentChannel } from "../../src/lib/tabs.ts"
import { type Accounts, createAccounts } from "../../src/model/createAccounts.ts"
import { freshBrowser } from "../lib/memoryDatabase.ts"
import { until } from "../until.ts"

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`
const log = ConversationId.make(uuid(500))

beforeEach(freshBrowser)

/** Whoever signs in as `n` gets a new device each time. */
const scene = () => {
  let devices = 0
  const grant = (n: number): Granting => ({
    ok: true,
    granted: {
      record: {
        userId: uuid(n),
        deviceId: `device ${++devices}`,
        handle: `h${n}`,
        displayName: `Person ${n}`,
        admin: false
      },
      token: `token ${devices}`,
      ttlMs: 900_000
    }
  })
  const calls: SessionCalls = {
    signIn: async ({ handle }) => grant(Number(handle)),
    register: async ({ handle }) => grant(Number(handle)),
    refresh: async () => ({ ok: false, error: { _tag: "Unauthenticated" } }),
    signOut: async () => "ended",
    policy: async () => undefined,
    resetPassword: async () => ({ ok: true, handle: "aki" })
  }
  const session = new BrowserSession({
    calls,
    kept: keptIn(undefined, window),
    channel: silentChannel,
    now: () => 0,
    exclusively: (run) => run()
  })
  const tabs = joinTabs({ locks: undefined, session: undefined, freshId: () => "tab" })
  const call = async () => ({ ok: false, error: { _tag: "Unreachable" } }) as const
  const accounts = createRoot((): Accounts => createAccounts(session, { call, channel: silentChannel, tabs }))
  return { session, accounts, signIn: (n: number) => session.signIn({ handle: String(n), password: "x" }) }
}

const draftKept = async (n: number): Promise<boolean> => {
  const database = await openDatabase(uuid(n))
  const kept = (await database?.get("drafts", log)) !== undefined
  database?.close()
  return kept
}
const write = async (accounts: Accounts, n: number) => {
  accounts.account()?.drafts.save(log, { text: "half" })
  accounts.account()?.drafts.flush()
  await until(() => draftKept(n))
}

describe("createAccounts", () => {
  it("opens an account with the sign-in and forgets it with the sign-out", async () => {
    const { accounts, session, signIn } = scene()
    assert.deepStrictEqual([accounts.state(), accounts.account()], [{ _tag: "signedOut" }, undefined])
    await signIn(1)
    assert.strictEqual(accounts.account()?.me.handle, "h1")
    await write(accounts, 1)
    await session.signOut()
    assert.isUndefined(accounts.account())
    assert.deepStrictEqual(accounts.state(), { _tag: "signedOut", why: "bySelf" })
    await until(async () => !(await draftKept(1)))
  })

  it("says how many posts wait, once that is known", async () => {
    const { accounts, session, signIn } = scene()
    await signIn(1)
    const database = await openDatabase(uuid(1))
    const row = {
      id: uuid(9),
      conversationId: log,
      order: 1,
      epoch: null,
      at: 0,
      state: "queued",
      handedOver: false
    } as const
    await database?.put("outbox", {
      id: row.id,
      tab: "x",
      row: { ...row, id: row.id as never, body: { kind: "post", text: "later" } }
    })
    await session.signOut()
    await until(() => accounts.state()._tag === "signedOut" && "unsent" in accounts.state())
    assert.deepStrictEqual(accounts.state(), { _tag: "signedOut", why: "bySelf", unsent: 1 })
  })

  it("forgets nothing of a person who signed in again meanwhile", async () => {
    const { accounts, session, signIn } = scene()
    await signIn(1)
    const first = accounts.account()
    await session.signOut()
    await signIn(1)
    assert.notStrictEqual(accounts.account(), first)
    await write(accounts, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.isTrue(await draftKept(1))
  })

  it("spares what was being written when the sign-in came to its end: it is there for the same person, and for nobody else", async () => {
    const { accounts, session, signIn } = scene()
    await signIn(1)
    accounts.account()?.drafts.save(log, { text: "half" })
    const database = await openDatabase(uuid(1))
    await database?.put("meta", { conversations: [] }, "list")
    session.ended("expired", "device 1")
    assert.deepStrictEqual(accounts.state(), { _tag: "signedOut", why: "expired" })
    await signIn(2)
    assert.isUndefined(await accounts.account()?.drafts.load(log))
    await session.signOut()
    await signIn(1)
    assert.deepStrictEqual(await accounts.account()?.drafts.load(log), { text: "half" })
    assert.strictEqual(await database?.count("meta"), 0, "all else is forgotten")
    database?.close()
  })

  it("changes from one person to another without a moment of nobody", async () => {
    const { accounts, signIn } = scene()
    await signIn(1)
    await signIn(2)
    assert.strictEqual(accounts.account()?.me.handle, "h2")
    assert.strictEqual(accounts.state()._tag, "signedIn")
  })

  it("forgets the edits that were left with the one who left them", async () => {
    const { accounts, session, signIn } = scene()
    await signIn(1)
    accounts.account()?.drafts.changes.set(log, { task: { kind: "edit", target: 1, text: "said" }, text: "to be said" })
    await session.signOut()
    for (const n of [2, 1]) {
      await signIn(n)
      assert.strictEqual(accounts.account()?.drafts.changes.size, 0)
    }
  })

  it("shows the own profile's change, and stays the same account", async () => {
    const { accounts, session, signIn } = scene()
    await signIn(1)
    const account = accounts.account()
    session.learn({ admin: false, handle: "h1", displayName: "New name" })
    assert.strictEqual(accounts.account(), account)
    const state = accounts.state()
    assert.strictEqual(state._tag === "signedIn" ? state.me.displayName : undefined, "New name")
  })
})
