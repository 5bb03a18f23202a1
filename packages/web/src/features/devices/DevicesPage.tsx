/**
 * Where one is signed in, the last used first, and how to end a device: with the password, for a borrowed screen must
 * not be enough.
 */
import type { ListedDevice } from "@hibiki/core/domain/Conversation"
import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { leaveRow } from "../../ui/leaveRow.ts"
import { Page } from "../../ui/Page.tsx"
import { passFocus } from "../../ui/passFocus.ts"
import { Spinner } from "../../ui/Spinner.tsx"
import { ActivityList } from "./ActivityList.tsx"
import { createDevices } from "./createDevices.ts"
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
              {/* By id: a row that is told of again stays the same element, with the focus that it has. */}
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
              // The dialog gives the focus back to what opened it, which goes with its device.
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

/** A kind that only a newer server knows is drawn as a screen, and called as that does. */
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
