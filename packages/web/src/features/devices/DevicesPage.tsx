/**
 * The user's signed-in devices, the last used first. Ending a device needs the password, so that access to an unlocked
 * screen is not enough.
 */
import type { ListedDevice } from "@hibiki/core/domain/Conversation"
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  For,
  Match,
  on,
  onCleanup,
  Show,
  Switch
} from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { leaveRow, passFocus } from "../../ui/focus.ts"
import { Icon } from "../../ui/Icon.tsx"
import { Page } from "../../ui/Page.tsx"
import { ActivityList } from "./ActivityList.tsx"
import { RevokeDialog, type Revoking } from "./RevokeDialog.tsx"
import { useDevicesWords } from "./useDevicesWords.ts"
import "./DevicesPage.css"

const title = ".page h1"
const toTitle = () => document.querySelector<HTMLElement>(title)?.focus()

export const DevicesPage = () => {
  const app = useApp()
  const words = useDevicesWords()
  const devices = createDevices()
  const [revoking, setRevoking] = createSignal<Revoking>()
  const others = createMemo(() => devices.list()?.filter(({ current }) => !current) ?? [])
  return (
    <Page title={words().title} back="/settings">
      <p class="devices-intro">{words().intro}</p>
      <Switch>
        <Match when={devices.list()}>
          {(list) => (
            <>
              {/* Keyed by id: a row that is loaded again stays the same element and keeps its focus. */}
              <ul class="page-rows" aria-label={words().list}>
                <For each={list().map(({ deviceId }) => deviceId)}>
                  {(id) => (
                    <Show when={list().find(({ deviceId }) => deviceId === id)}>
                      {(device) => <DeviceRow device={device()} onRevoke={() => setRevoking({ device: device() })} />}
                    </Show>
                  )}
                </For>
              </ul>
              <div class="devices-all">
                <Show when={others().length > 0} fallback={<p class="page-note">{words().onlyThis}</p>}>
                  <Button kind="danger" onClick={() => setRevoking({})}>
                    {words().signOutOthers}
                  </Button>
                </Show>
              </div>
            </>
          )}
        </Match>
        <Match when={devices.failed()}>
          <p class="devices-state">{words().failedToLoad}</p>
          <p class="devices-state">
            <Button ref={passFocus(toTitle)} onClick={() => devices.reload()}>
              {app.i18n.t().kit.retry}
            </Button>
          </p>
        </Match>
        <Match when={true}>
          <p class="devices-state">
            <Spinner label={app.i18n.t().kit.loading} />
          </p>
        </Match>
      </Switch>
      <ActivityList />
      <Show when={revoking()}>
        {(which) => (
          <RevokeDialog
            of={which()}
            onClose={() => setRevoking(undefined)}
            onDone={(text) => {
              // The dialog returns the focus to the button that opened it, which disappears with its device.
              const { device } = which()
              setRevoking(undefined)
              if (device === undefined) toTitle()
              else leaveRow(document.querySelector<HTMLElement>(`[data-device="${device.deviceId}"]`), title)
              app.toasts.show({ text })
              devices.reload()
            }}
          />
        )}
      </Show>
    </Page>
  )
}

/** A kind that only a newer server knows gets the icon of a screen, and its raw name. */
const iconOf = ({ kind }: ListedDevice) => (["terminal", "bot"] as const).find((icon) => icon === kind) ?? "browser"

const DeviceRow = (props: { readonly device: ListedDevice; readonly onRevoke: () => void }) => {
  const app = useApp()
  const words = useDevicesWords()
  const kindName = () =>
    new Map(Object.entries(app.i18n.t().presence.kinds)).get(props.device.kind) ?? props.device.kind
  return (
    <li class="device" data-device={props.device.deviceId}>
      <span class="device-sign">
        <Icon name={iconOf(props.device)} />
      </span>
      <span class="device-name">
        {props.device.name}
        <Show when={props.device.current}>
          <span class="device-current">{words().current}</span>
        </Show>
      </span>
      <span class="device-about">
        <span>{kindName()}</span>
        <time datetime={new Date(props.device.lastUsedAt).toISOString()} title={app.i18n.full(props.device.lastUsedAt)}>
          {words().lastUsed(app.i18n.ago(props.device.lastUsedAt, app.minute()))}
        </time>
      </span>
      <Show when={!props.device.current}>
        <span class="device-act">
          <Button onClick={() => props.onRevoke()}>
            <span aria-hidden="true">{words().signOut}</span>
            <span class="only-heard">{words().signOutNamed(props.device.name)}</span>
          </Button>
        </span>
      </Show>
    </li>
  )
}

/** The user's devices as the server lists them; requested again whenever one is added or ended. */
interface Devices {
  /** Undefined while not known. */
  readonly list: Accessor<ReadonlyArray<ListedDevice> | undefined>
  /** Whether the last call failed. */
  readonly failed: Accessor<boolean>
  readonly reload: () => void
}

/** Call within a component. */
const createDevices = (): Devices => {
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
  // After a reconnect a change may have been missed.
  const live = createMemo(() => app.connection()._tag === "live")
  createEffect(on([version, live], reload))
  onCleanup(() => {
    turn++
  })
  return { list, failed, reload }
}

/** This device first, then as the server orders them. */
const thisFirst = (devices: ReadonlyArray<ListedDevice>): ReadonlyArray<ListedDevice> => [
  ...devices.filter(({ current }) => current),
  ...devices.filter(({ current }) => !current)
]
