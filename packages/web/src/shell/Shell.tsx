/**
 * The frame of the page for signed-in users: the list, the content beside it, and the keys that work everywhere. Narrow
 * pages show one of the two.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { useLocation, useNavigate } from "@solidjs/router"
import { createEffect, createSignal, type JSX, on, onCleanup, onMount, Show, Suspense } from "solid-js"
import { ConnectionLine } from "../features/connection/ConnectionLine.tsx"
import { ConversationList } from "../features/conversations/ConversationList.tsx"
import { createFailureNotices } from "../features/conversations/createFailureNotices.ts"
import { createListState } from "../features/conversations/createListState.ts"
import { isUnread } from "../features/conversations/listSections.ts"
import { isEditable, keyAct } from "../features/help/keys.ts"
import { createOwnState } from "../features/presence/createOwnState.ts"
import { lazy } from "../lib/lazy.ts"
import { usePageTitle } from "../lib/pageTitle.ts"
import { isAdmin } from "../lib/session.ts"
import { useApp } from "../model/App.ts"
import { conversationIn } from "../model/addresses.ts"
import { openOverlay, overlay } from "../model/overlay.ts"
import { Avatar } from "../ui/Avatar.tsx"
import { Button } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Icon } from "../ui/Icon.tsx"
import { Menu } from "../ui/Menu.tsx"
import { createNarrow, focusPane } from "../ui/panes.ts"
import "./Shell.css"

const Overlays = lazy(() => import("../features/find/Overlays.tsx").then((module) => module.Overlays))

const PaneSplitter = lazy(() => import("../ui/PaneSplitter.tsx").then((module) => module.PaneSplitter))

const NotificationsHere = lazy(() =>
  import("../features/notifications/NotificationsHere.tsx").then((module) => module.NotificationsHere)
)

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
  // By then the list has its new order.
  createEffect(
    on(list.open, (id) => {
      if (id !== undefined && id === movedTo) lineOf(id)?.scrollIntoView({ block: "nearest" })
    })
  )
  // Back at the list alone, as on narrow pages: focus the conversation that the user came from.
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
    // A modal dialog handles all keys itself, and a select opens by Alt and an arrow.
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
      case "newConversation":
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
      {/* A conversation shows it under its composer. */}
      <Show when={!composer()}>
        <div class="shell-connection">
          <ConnectionLine />
        </div>
      </Show>
      {/* When the page shows only the list, the list is its main content. */}
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
            <PaneSplitter
              pane="list"
              controls="list"
              label={app.i18n.t().conversations.width}
              width={app.preferences.paneWidths.list}
            />
          </Suspense>
        </Show>
      </section>
      <main class="shell-main" id="main" tabindex="-1" data-pane="main">
        <Suspense>{props.children}</Suspense>
      </main>
      {/* Pushes would notify of the same messages. */}
      <Show when={app.notifications.on() && !app.pushNotifications.on()}>
        <Suspense>
          <NotificationsHere list={list} />
        </Suspense>
      </Show>
      <Show when={overlay()}>
        <Suspense>
          <Overlays list={list} />
        </Suspense>
      </Show>
    </div>
  )
}

const lineOf = (id: ConversationId) => document.querySelector<HTMLElement>(`[data-conversation="${id}"]`)

/** Whether the composer is visible beside the list: in a conversation, unless its details replace it. */
const createComposerShown = () => {
  const location = useLocation()
  const tight = createNarrow(2)
  return () => conversationIn(location.pathname) !== undefined && !(tight() && location.pathname.endsWith("/details"))
}

// The user's own corner below the list: their name, their presence as others see it, and links to their settings.

const SignOutDialog = lazy(() => import("../features/session/SignOutDialog.tsx").then((module) => module.SignOutDialog))

const OwnCorner = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations.own
  const own = createOwnState()
  const [asking, setAsking] = createSignal(false)
  const me = () => {
    const session = app.session()
    // Includes a name that was changed since the sign-in.
    return session._tag === "signedIn" ? (app.people.get(session.me.userId) ?? session.me) : undefined
  }
  const leave = () => {
    if (unsent() > 0 || app.drafts.count() > 0) setAsking(true)
    else app.signOut().catch(() => undefined)
  }
  // Rejected posts are not sent by themselves. They count here if signing out would lose them.
  const unsent = () => (app.chat()?.client.inspect().unsentPosts ?? 0) + (app.keeps() ? 0 : refusedPosts())
  const refusedPosts = () =>
    [...(app.failed()?.values() ?? [])].flat().filter(({ body }) => body.kind === "post").length
  const switchInvisible = async () => {
    if (!(await own.setInvisible(!own.invisible()))) app.toasts.show({ text: words().invisibleFailed })
  }
  const hidden = () => (own.invisible() ? app.i18n.t().presence.invisible : undefined)

  return (
    <Show when={me()}>
      {(person) => (
        <section class="own" data-pane="own" aria-label={person().displayName}>
          <Menu
            label={words().menu(person().displayName)}
            labelled
            triggerClass="own-button"
            trigger={
              <>
                <Avatar
                  userId={person().userId}
                  name={person().displayName}
                  presence={own.presence()}
                  invisibleLabel={hidden()}
                />
                <span class="own-name">{person().displayName}</span>
                <span class="own-handle">{hidden() ?? `@${person().handle}`}</span>
                <span class="only-heard">{words().menu(person().displayName)}</span>
                <Icon name="up" small />
              </>
            }
            items={[
              {
                label: words().invisible,
                icon: "eyeOff",
                checked: own.invisible(),
                run: () => switchInvisible().catch(() => undefined)
              },
              { label: words().settings, icon: "settings", run: () => navigate("/settings") },
              { label: words().devices, icon: "browser", run: () => navigate("/settings/devices") },
              { label: words().board, icon: "board", run: () => navigate("/board") },
              ...(isAdmin(app.session())
                ? [{ label: words().operate, icon: "shield" as const, run: () => navigate("/operate") }]
                : []),
              { label: words().help, icon: "keyboard", run: () => openOverlay("help") },
              { label: words().signOut, icon: "signOut", run: leave }
            ]}
          />
          <Show when={asking()}>
            <Suspense>
              <SignOutDialog unsent={unsent()} drafts={app.drafts.count()} onClose={() => setAsking(false)} />
            </Suspense>
          </Show>
        </section>
      )}
    </Show>
  )
}

/** The content beside the list while no conversation is open. */
export const NothingOpen = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations
  const none = () => app.conversations()?.length === 0
  /** The most useful next step. A user without a display name is addressed by their handle. */
  const act = () => {
    const session = app.session()
    if (!none() || session._tag !== "signedIn") return undefined
    const { admin, displayName, handle } = session.me
    if (admin) return { label: words().invite, to: "/settings#invites" }
    return displayName === handle ? { label: words().toProfile, to: "/settings" } : undefined
  }
  return (
    <div class="nothing-open">
      <EmptyState
        text={none() ? words().firstSteps : words().nothingOpen}
        act={none() ? { label: words().start, run: () => navigate("/new") } : undefined}
      >
        <Show when={act()}>
          {(step) => (
            <Button kind="quiet" onClick={() => navigate(step().to)}>
              {step().label}
            </Button>
          )}
        </Show>
      </EmptyState>
    </div>
  )
}
