/** Since when the connection has not been good. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import { createRoot, createSignal } from "solid-js"
import { createConnection } from "../../src/model/connection.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const page = () => {
  const [connection, setConnection] = createSignal<ConnectionStatus>()
  const [account, setAccount] = createSignal<{ readonly connection: typeof connection }>()
  const [online, setOnline] = createSignal(true)
  const signIn = () => setAccount({ connection })
  return { ...createRoot(() => createConnection(account, online)), setConnection, setOnline, signIn }
}

describe("the connection", () => {
  it("has not been good since it was lost, however often it was tried since", () => {
    const { connectionSince, setConnection, signIn } = page()
    signIn()
    setConnection({ _tag: "syncing" })
    setConnection({ _tag: "live" })
    assert.isUndefined(connectionSince())
    vi.advanceTimersByTime(5_000)
    const lostAt = performance.now()
    setConnection({ _tag: "waiting", until: 0 })
    vi.advanceTimersByTime(5_000)
    setConnection({ _tag: "connecting" })
    assert.strictEqual(connectionSince(), lostAt)
  })

  it("is waited for from the sign-in on, and not for as long as that took", () => {
    const { connectionSince, signIn } = page()
    assert.strictEqual(connectionSince(), performance.now())
    vi.advanceTimersByTime(60_000)
    signIn()
    assert.strictEqual(connectionSince(), performance.now())
  })

  it("is offline or being made before the live part tells of it, as the browser says", () => {
    const { connection, setOnline } = page()
    assert.strictEqual(connection()._tag, "connecting")
    setOnline(false)
    assert.strictEqual(connection()._tag, "offline")
  })
})
