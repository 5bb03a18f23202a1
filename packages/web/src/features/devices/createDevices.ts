/** The own devices as the server lists them, asked for again whenever one came or went. */
import type { ListedDevice } from "@hibiki/core/domain/Conversation"
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js"
import { useApp } from "../../model/App.ts"

export interface Devices {
  /** Undefined while not known. */
  readonly list: Accessor<ReadonlyArray<ListedDevice> | undefined>
  /** Whether the last call was not answered. */
  readonly failed: Accessor<boolean>
  readonly reload: () => void
}

/** Call within a component. */
export const createDevices = (): Devices => {
  const app = useApp()
  const [list, setList] = createSignal<ReadonlyArray<ListedDevice>>()
  const [failed, setFailed] = createSignal(false)
  const [version, setVersion] = createSignal(0)
  let turn = 0

  createEffect(() => {
    const client = app.chat()?.client
    if (client === undefined) return
    setVersion(client.devicesVersion())
    onCleanup(
      client.subscribe((change) => {
        if (change.conversations) setVersion(client.devicesVersion())
      })
    )
  })
  const load = async () => {
    const mine = ++turn
    const chat = await app.whenLive()
    const answer = await chat.call("device.list", undefined)
    if (mine !== turn) return
    setFailed(!answer.ok)
    if (answer.ok) setList(thisFirst(answer.value))
  }
  const reload = () => {
    load().catch(() => setFailed(true))
  }
  // A connection that came back may have missed a change.
  const live = createMemo(() => app.connection()._tag === "live")
  createEffect(on([version, live], reload))
  onCleanup(() => {
    turn++
  })
  return { list, failed, reload }
}

/** This device first, then as the server orders them. */
export const thisFirst = (devices: ReadonlyArray<ListedDevice>): ReadonlyArray<ListedDevice> => [
  ...devices.filter(({ current }) => current),
  ...devices.filter(({ current }) => !current)
]
