// @vitest-environment jsdom
/** The line about the connection over an outage: how long that lasts is the page's to know, not the line's. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import { cleanup, render, screen } from "@solidjs/testing-library"
import { ConnectionLine } from "../../../src/features/connection/ConnectionLine.tsx"
import { en } from "../../../src/i18n/en.ts"
import { AppProvider } from "../../../src/model/App.ts"
import { KitProvider } from "../../../src/ui/KitContext.ts"
import { commandId, makeFixture } from "../../fixtureApp.tsx"

const words = en.chat.connection
const waiting = (): ConnectionStatus => ({ _tag: "waiting", until: Date.now() + 60_000 })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

/** With one message that waits to be sent. */
const page = (onGone?: () => void) => {
  const pending = [{ id: commandId(9), at: 1_000, text: "on its way", state: "queued", unanswered: false } as const]
  const { app, setConnection } = makeFixture({ kind: "group", language: "en", rows: [], pending })
  const show = () =>
    render(() => (
      <AppProvider value={app}>
        <KitProvider value={() => app.i18n.t().kit}>
          <main id="main" tabindex="-1">
            <ConnectionLine onGone={onGone} />
          </main>
        </KitProvider>
      </AppProvider>
    ))
  return { show, setConnection }
}
const text = () => document.querySelector(".status-text")?.textContent
const retryNow = () => screen.queryByRole("button", { name: words.retryNow })

describe("the line about the connection", () => {
  it("says all of an outage at once where it is shown anew", () => {
    const { setConnection, show } = page()
    const first = show()
    setConnection(waiting())
    assert.deepStrictEqual([text(), retryNow()], ["", null])
    vi.advanceTimersByTime(10_000)
    const whole = `${words.waiting(50)} ${words.unsent(1)}`
    assert.strictEqual(text(), whole)
    assert.isNotNull(retryNow())
    first.unmount()
    show()
    assert.strictEqual(text(), whole)
    assert.isNotNull(retryNow())
  })

  it("is quiet once it is good, and begins anew with the next outage", () => {
    const { setConnection, show } = page()
    show()
    setConnection(waiting())
    vi.advanceTimersByTime(10_000)
    setConnection({ _tag: "live" })
    assert.deepStrictEqual([text(), retryNow()], ["", null])
    vi.advanceTimersByTime(10_000)
    setConnection(waiting())
    assert.deepStrictEqual([text(), retryNow()], ["", null])
    vi.advanceTimersByTime(1_000)
    assert.deepStrictEqual([text(), retryNow()], [words.connecting, null])
  })

  it("hands on the focus that its button had once the connection is back", async () => {
    let gone = 0
    for (const onGone of [undefined, () => void gone++]) {
      const { setConnection, show } = page(onGone)
      const { unmount } = show()
      setConnection(waiting())
      vi.advanceTimersByTime(10_000)
      retryNow()?.focus()
      setConnection({ _tag: "live" })
      await Promise.resolve()
      assert.strictEqual(document.activeElement, onGone === undefined ? document.getElementById("main") : document.body)
      unmount()
    }
    assert.strictEqual(gone, 1)
  })

  it("is not silenced by a clock that is set back", () => {
    const { setConnection, show } = page()
    show()
    setConnection({ _tag: "connecting" })
    vi.setSystemTime(Date.now() - 3_600_000)
    vi.advanceTimersByTime(10_000)
    assert.isNotNull(retryNow())
  })
})
