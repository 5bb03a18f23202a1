/**
 * The frame of the page for those who are in: the list, what is open beside it, and the keys that hold everywhere.
 * Narrow pages show one of the two.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { useLocation, useNavigate } from "@solidjs/router"
import { createEffect, type JSX, on, onCleanup, onMount, Show, Suspense } from "solid-js"
import { isEditable } from "../../lib/isEditable.ts"
import { later } from "../../lib/later.ts"
import { useApp } from "../../model/App.ts"
import { conversationIn } from "../../model/conversationIn.ts"
import { createNarrow } from "../../ui/createNarrow.ts"
import { keyAct } from "../../ui/keys.ts"
import { openOverlay, overlay } from "../../ui/overlay.ts"
import { usePageTitle } from "../../ui/pageTitle.ts"
import { focusPane } from "../../ui/panes.ts"
import { ConnectionLine } from "../connection/ConnectionLine.tsx"
import { ConversationList } from "./ConversationList.tsx"
import { createFailureNotices } from "./createFailureNotices.ts"
import { createListState } from "./createListState.ts"
import { isUnread } from "./listSections.ts"
import { OwnCorner } from "./OwnCorner.tsx"
import "./Shell.css"

const Over = later(() => import("../find/Over.tsx").then((module) => module.Over))

const PaneSplitter = later(() => import("../../ui/PaneSplitter.tsx").then((module) => module.PaneSplitter))

const AlertsHere = later(() => import("../alerts/AlertsHere.tsx").then((module) => module.AlertsHere))

export const Shell = (props: { readonly children?: JSX.Element }) => {
  const app = useApp()
  const navigate = useNavigate()
  const list = createListState()
  const narrow = createNarrow()
  const composer = createComposerShown()
  createFailureNotices(list)

  usePageTitle(() => {
    const id = list.open()
    const summary = id === undefined ? undefined : app.conversation(id)
    return summary === undefined ? undefined : list.titleOf(summary)
  })

  let movedTo: ConversationId | undefined
  const move = (step: 1 | -1, onlyUnread: boolean) => {
    movedTo = list.neighbour(step, onlyUnread ? isUnread : undefined)
    if (movedTo !== undefined) navigate(`/c/${movedTo}`)
  }
  // By then the list is in its new order.
  createEffect(
    on(list.open, (id) => {
      if (id !== undefined && id === movedTo) lineOf(id)?.scrollIntoView({ block: "nearest" })
    })
  )
  // Back at the list alone, as on narrow pages: to the line that one came from.
  createEffect(
    on([list.alone, list.open], ([alone], before) => {
      const from = before?.[1]
      if (!alone || from === undefined || document.activeElement !== document.body) return
      list.setStop(from)
      lineOf(from)?.focus()
    })
  )
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keyAct(event, isEditable(event.target))
    // A modal dialog has the keyboard to itself, and a select opens by Alt and an arrow.
    if (
      act === undefined ||
      document.querySelector("dialog:modal") !== null ||
      (event.altKey && event.target instanceof HTMLSelectElement)
    )
      return
    event.preventDefault()
    switch (act) {
      case "help":
      case "switcher":
      case "search":
        openOverlay(act)
        return
      case "fresh":
        return navigate("/new")
      case "panes":
      case "panesBack":
        return focusPane(act === "panesBack")
      default:
        return move(act.startsWith("next") ? 1 : -1, act.endsWith("Unread"))
    }
  }
  onMount(() => document.addEventListener("keydown", onKeyDown))
  onCleanup(() => document.removeEventListener("keydown", onKeyDown))

  return (
    <div class="shell" data-at={list.alone() ? "list" : "main"}>
      <button
        class="skip-link"
        type="button"
        onClick={() => (narrow() && list.alone() ? focusPane(false) : document.getElementById("main")?.focus())}
      >
        {app.i18n.t().kit.skip}
      </button>
      {/* A conversation has it under its composer. */}
      <Show when={!composer()}>
        <div class="shell-connection">
          <ConnectionLine />
        </div>
      </Show>
      {/* Where it is all there is, it is what the page is about. */}
      <section
        class="shell-list"
        id="list"
        data-pane="list"
        role={narrow() && list.alone() ? "main" : undefined}
        aria-label={app.i18n.t().conversations.title}
      >
        <ConversationList state={list} />
        <OwnCorner />
        <Show when={!narrow()}>
          <Suspense>
            <PaneSplitter pane="list" controls="list" />
          </Suspense>
        </Show>
      </section>
      <main class="shell-main" id="main" tabindex="-1" data-pane="main">
        <Suspense>{props.children}</Suspense>
      </main>
      {/* Pushes would tell the same. */}
      <Show when={app.alerts.on() && !app.waking.on()}>
        <Suspense>
          <AlertsHere list={list} />
        </Suspense>
      </Show>
      <Show when={overlay()}>
        <Suspense>
          <Over list={list} />
        </Suspense>
      </Show>
    </div>
  )
}

const lineOf = (id: ConversationId) => document.querySelector<HTMLElement>(`[data-conversation="${id}"]`)

/** A conversation has its composer beside the list, but where its details take its place. */
const createComposerShown = () => {
  const location = useLocation()
  const tight = createNarrow(2)
  return () => conversationIn(location.pathname) !== undefined && !(tight() && location.pathname.endsWith("/details"))
}
