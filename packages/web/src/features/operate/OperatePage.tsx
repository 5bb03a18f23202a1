/** `/operate` and `/operate/:screen`: the frame of the operator's console: health, screens, and how fresh they are. */
import { useNavigate, useParams } from "@solidjs/router"
import { type Component, createMemo, onCleanup, onMount, Show, Suspense } from "solid-js"
import { Dynamic } from "solid-js/web"
import { lazy } from "../../lib/lazy.ts"
import { Button } from "../../ui/Button.tsx"
import { EmptyState, Spinner } from "../../ui/EmptyState.tsx"
import { Page } from "../../ui/Page.tsx"
import { Tabs } from "../../ui/Tabs.tsx"
import { isEditable } from "../help/keys.ts"
import { ConsoleProvider, createConsole, useConsole } from "./Console.ts"
import { HealthLine } from "./HealthLine.tsx"
import { NowScreen } from "./NowScreen.tsx"
import { pulseOf } from "./panelState.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import "./operate.css"

/** In the order of the tabs. `/operate` shows the first one. */
const screens = {
  now: NowScreen,
  nodes: lazy(() => import("./NodesScreen.tsx").then((module) => module.NodesScreen)),
  actors: lazy(() => import("./ActorsScreen.tsx").then((module) => module.ActorsScreen)),
  sockets: lazy(() => import("./SocketsScreen.tsx").then((module) => module.SocketsScreen)),
  path: lazy(() => import("./PathScreen.tsx").then((module) => module.PathScreen)),
  message: lazy(() => import("./TraceScreen.tsx").then((module) => module.TraceScreen)),
  queues: lazy(() => import("./QueuesScreen.tsx").then((module) => module.QueuesScreen)),
  store: lazy(() => import("./StoreScreen.tsx").then((module) => module.StoreScreen)),
  presence: lazy(() => import("./PresenceScreen.tsx").then((module) => module.PresenceScreen)),
  people: lazy(() => import("./PeopleScreen.tsx").then((module) => module.PeopleScreen)),
  conversations: lazy(() => import("./ConversationsScreen.tsx").then((module) => module.ConversationsScreen)),
  audit: lazy(() => import("./AuditScreen.tsx").then((module) => module.AuditScreen))
} satisfies Record<string, Component>
type ScreenKey = keyof typeof screens

const screenKeys = Object.keys(screens) as ReadonlyArray<ScreenKey>
const isScreen = (key: string | undefined): key is ScreenKey => key !== undefined && Object.hasOwn(screens, key)

export const OperatePage = () => {
  const words = useOperateWords()
  const navigate = useNavigate()
  const params = useParams()
  const chosen = (): ScreenKey => (isScreen(params["screen"]) ? params["screen"] : "now")
  const console = createConsole()
  const isGone = createMemo(() => console.beats().some(({ stream }) => stream === "gone"))
  return (
    <Page title={words().title} back="/" wide="full">
      <ConsoleProvider value={console}>
        <Show when={!isGone()} fallback={<EmptyState text={words().gone} />}>
          <div class="operate">
            <div class="operate-top">
              <HealthLine />
              <Freshness />
            </div>
            <Tabs
              label={words().tabs}
              tabs={screenKeys.map((key) => ({ key, label: words().screens[key] }))}
              chosen={chosen()}
              onChoose={(key) => navigate(key === "now" ? "/operate" : `/operate/${key}`)}
            >
              <Suspense fallback={<Spinner label={words().waiting} />}>
                <Dynamic component={screens[chosen()]} />
              </Suspense>
            </Tabs>
          </div>
        </Show>
      </ConsoleProvider>
    </Page>
  )
}

/** Whether the screen is live, of when it is, and the button that stops it. */
const Freshness = () => {
  const words = useOperateWords()
  const figures = useFigures()
  const console = useConsole()
  const pulse = createMemo(() => pulseOf(console.beats(), console.paused(), console.clock()))
  const toggle = () => console.setPaused(!console.paused())
  const label = () => (console.paused() ? words().resume : words().pause)
  pauseByKey(toggle)
  return (
    <div class="operate-freshness" data-pulse={pulse()}>
      <p class="operate-pulse">
        <span class="operate-lamp" aria-hidden="true" />
        <span role="status">{words().pulses[pulse()]}</span>
        <Show when={console.nodes()}>
          {(nodes) => <span class="operate-time numbers">{words().updated(figures().clock(nodes().at))}</span>}
        </Show>
      </p>
      <span title={words().pauseKeys(label())}>
        <Button onClick={toggle}>{label()}</Button>
      </span>
    </div>
  )
}

/** P, while nothing takes text and no dialog is open. */
const pauseByKey = (toggle: () => void): void => {
  const onKeyDown = (event: KeyboardEvent) => {
    const { altKey, ctrlKey, isComposing, key, metaKey, repeat, target } = event
    if (key.toLowerCase() !== "p" || altKey || ctrlKey || metaKey || isComposing || repeat) return
    const isTaken = isEditable(target) || target instanceof HTMLSelectElement
    if (isTaken || document.querySelector("dialog:modal") !== null) return
    event.preventDefault()
    toggle()
  }
  onMount(() => document.addEventListener("keydown", onKeyDown))
  onCleanup(() => document.removeEventListener("keydown", onKeyDown))
}
