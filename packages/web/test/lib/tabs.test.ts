import { assert, describe, it } from "@effect/vitest"
import { joinTabs, type TabPorts } from "../../src/lib/tabs.ts"
import { type FakeLocks, fakeBrowser } from "./fakeLocks.ts"

const storage = (from?: Map<string, string>) => {
  const values = from ?? new Map<string, string>()
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value)
  }
}
const ids = () => {
  let n = 0
  return () => `id ${++n}`
}
const ports = (
  locks: FakeLocks | undefined,
  freshId: () => string,
  session = storage()
): TabPorts & { readonly session: ReturnType<typeof storage> } => ({
  locks: locks?.manager,
  session,
  freshId
})

describe("joinTabs", () => {
  it("keeps a tab's id through a reload", async () => {
    const [browser, freshId] = [fakeBrowser(), ids()]
    const first = browser.page()
    const before = ports(first, freshId)
    const { tabId } = await joinTabs(before)
    first.close()
    const after = await joinTabs(ports(browser.page(), freshId, before.session))
    assert.strictEqual(after.tabId, tabId)
  })

  it("gives a duplicated tab an id of its own", async () => {
    const [browser, freshId] = [fakeBrowser(), ids()]
    const original = ports(browser.page(), freshId)
    const { tabId } = await joinTabs(original)
    const copy = storage(new Map(original.session.values))
    const duplicate = await joinTabs(ports(browser.page(), freshId, copy))
    assert.notStrictEqual(duplicate.tabId, tabId)
    assert.deepStrictEqual([...copy.values.values()], [duplicate.tabId])
  })

  it("knows which tabs are gone, never counting itself", async () => {
    const [browser, freshId] = [fakeBrowser(), ids()]
    const [me, other] = [browser.page(), browser.page()]
    const tabs = await joinTabs(ports(me, freshId))
    const { tabId } = await joinTabs(ports(other, freshId))
    assert.deepStrictEqual(await tabs.gone([tabs.tabId, tabId, "long ago"]), ["long ago"])
    other.close()
    assert.deepStrictEqual(await tabs.gone([tabs.tabId, tabId]), [tabId])
  })

  it("has one leader for each account, and another one as soon as that is gone", async () => {
    const [browser, freshId] = [fakeBrowser(), ids()]
    const [first, second] = [browser.page(), browser.page()]
    const [a, b] = [await joinTabs(ports(first, freshId)), await joinTabs(ports(second, freshId))]
    const told: Array<string> = []
    const leads = a.lead("me", () => told.push("a"))
    assert.isTrue(await leads.settled)
    let took: () => void = () => undefined
    const taken = new Promise<void>((resolve) => {
      took = resolve
    })
    const waits = b.lead("me", () => {
      told.push("b")
      took()
    })
    assert.isFalse(await waits.settled)
    assert.isFalse(waits.leads())
    assert.isTrue(await b.lead("another", () => undefined).settled)
    first.close()
    await taken
    assert.isTrue(waits.leads())
    assert.deepStrictEqual(told, ["b"])
  })

  it("lets another tab lead when it leaves", async () => {
    const [browser, freshId] = [fakeBrowser(), ids()]
    const a = await joinTabs(ports(browser.page(), freshId))
    const b = await joinTabs(ports(browser.page(), freshId))
    const leads = a.lead("me", () => undefined)
    await leads.settled
    const taken = new Promise<void>((resolve) => void b.lead("me", resolve))
    leads.leave()
    await taken
    assert.isFalse(leads.leads())
  })

  it("does not lead any more after it left while waiting", async () => {
    const [browser, freshId] = [fakeBrowser(), ids()]
    const page = browser.page()
    const a = await joinTabs(ports(page, freshId))
    const b = await joinTabs(ports(browser.page(), freshId))
    await a.lead("me", () => undefined).settled
    const told: Array<string> = []
    const waits = b.lead("me", () => told.push("b"))
    await waits.settled
    waits.leave()
    page.close()
    await browser.settled()
    assert.deepStrictEqual(told, [])
    assert.isFalse(waits.leads())
  })

  it("acts alone where there are no locks", async () => {
    const tabs = await joinTabs(ports(undefined, ids()))
    assert.isTrue(tabs.actsAlone)
    assert.isTrue(await tabs.lead("me", () => undefined).settled)
    assert.deepStrictEqual(await tabs.gone([tabs.tabId, "other"]), ["other"])
  })
})
