/**
 * The conversation list: a filter, sections, and a link for each conversation. Only the links near the view are in the
 * page. One Tab stop, then arrows.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { A, useNavigate } from "@solidjs/router"
import { type Accessor, createEffect, createMemo, For, Match, on, Show, Suspense, Switch } from "solid-js"
import { lazy } from "../../lib/lazy.ts"
import { productName } from "../../lib/pageTitle.ts"
import { sameItems } from "../../lib/sameItems.ts"
import { useApp } from "../../model/App.ts"
import { openOverlay } from "../../model/overlay.ts"
import { Button, IconButton } from "../../ui/Button.tsx"
import { EmptyState, Spinner } from "../../ui/EmptyState.tsx"
import { focusFirst, passFocus } from "../../ui/focus.ts"
import { Icon, Mark } from "../../ui/Icon.tsx"
import { createNarrow } from "../../ui/panes.ts"
import { isMac } from "../help/keys.ts"
import { ConversationItem } from "./ConversationItem.tsx"
import type { ListState } from "./createListState.ts"
import { createListWindow, type ListWindow } from "./createListWindow.ts"
import type { ListSection } from "./listSections.ts"
import "../../ui/Field.css"
import "./ConversationList.css"

const UnlistedFailures = lazy(() => import("./UnlistedFailures.tsx").then((module) => module.UnlistedFailures))

export const ConversationList = (props: { readonly state: ListState }) => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations
  const first = () => props.state.sections()?.[0]?.rows[0]
  const narrow = createNarrow()
  let nav: HTMLElement | undefined
  let filter: HTMLInputElement | undefined
  // Called by the element that ends the filter, which then disappears.
  const toFilter = () => {
    if (filter !== undefined) focusFirst(filter)
  }
  const focus = createLineFocus(() => links(nav), props.state.sections, props.state.setStop)
  const window = createListWindow(props.state)
  createEffect(on(props.state.open, (id) => window.show(links(nav).find((link) => idOf(link) === id))))
  /** In display order, including lines that are not in the page. */
  const order = () => [
    ...links(nav)
      .filter((link) => link.closest('[data-section="unlisted"]') !== null)
      .map(idOf),
    ...(props.state.sections() ?? []).flatMap(({ rows }) => rows.map(({ conversationId }) => conversationId))
  ]
  const toLine = (id: string | undefined) => {
    // This puts the line into the page.
    if (id !== undefined) props.state.setStop(id as ConversationId)
    links(nav)
      .find((link) => idOf(link) === id)
      ?.focus()
  }

  return (
    <>
      <div class="list-head">
        <p class="list-name">
          <Mark class="list-mark" />
          {productName}
        </p>
        <IconButton
          icon="search"
          label={words().switcher}
          title={`${words().switcher} (${isMac ? "⌘" : "Ctrl+"}K)`}
          onClick={() => openOverlay("switcherPressed")}
        />
        <A class="ui-icon-button" href="/new" aria-label={words().start} title={words().start}>
          <Icon name="plus" />
        </A>
      </div>
      <Show when={props.state.any()}>
        <Filter
          ref={(node) => {
            filter = node
          }}
          state={props.state}
          toInput={toFilter}
          onDown={() => toLine(order()[0])}
          onEnter={() => {
            const row = props.state.filter().trim() === "" ? undefined : first()
            if (row !== undefined) navigate(`/c/${row.conversationId}`)
          }}
        />
      </Show>
      <nav
        ref={(node) => {
          nav = node
          window.attach(node)
        }}
        class="list"
        aria-label={words().list}
        onKeyDown={(event) => moveByArrows(event, order, toLine)}
        onFocusIn={focus.onFocusIn}
        onFocusOut={focus.onFocusOut}
      >
        <Show when={props.state.alone()}>
          <h1 class="only-heard">{words().title}</h1>
        </Show>
        <Show when={(app.failed()?.size ?? 0) > 0}>
          <Suspense>
            <UnlistedFailures />
          </Suspense>
        </Show>
        <Switch>
          <Match when={props.state.sections() === undefined}>
            <p class="list-waiting">
              <Spinner label={app.i18n.t().kit.loading} />
            </p>
          </Match>
          <Match when={props.state.sections()?.length === 0 && props.state.filter().trim() !== ""}>
            <div class="list-nothing">
              <p>{words().filterEmpty(props.state.filter().trim())}</p>
              <Button kind="quiet" ref={passFocus(toFilter)} onClick={() => props.state.setFilter("")}>
                {words().clearFilter}
              </Button>
            </div>
          </Match>
          <Match when={props.state.sections()?.length === 0}>
            {/* A wide page has room for more (NothingOpen). */}
            <Show when={narrow()} fallback={<p class="list-waiting">{words().noneYet}</p>}>
              <EmptyState text={words().empty} act={{ label: words().start, run: () => navigate("/new") }} />
            </Show>
          </Match>
          <Match when={props.state.sections()}>
            {(sections) => <Sections sections={sections()} state={props.state} window={window} />}
          </Match>
        </Switch>
      </nav>
    </>
  )
}

interface SectionsProps {
  readonly sections: ReadonlyArray<ListSection>
  readonly state: ListState
  readonly window: ListWindow
}

/** Sections by key and rows by id, so that unchanged ones keep their element, and with it the focus. */
const Sections = (props: SectionsProps) => {
  const keys = createMemo(() => props.sections.map(({ key }) => key), [], { equals: sameItems })
  return (
    <For each={keys()}>
      {(key) => (
        <Section
          of={key}
          rows={props.sections.find((section) => section.key === key)?.rows ?? []}
          state={props.state}
          window={props.window}
        />
      )}
    </For>
  )
}

interface SectionProps {
  readonly of: ListSection["key"]
  readonly rows: ListSection["rows"]
  readonly state: ListState
  readonly window: ListWindow
}

const Section = (props: SectionProps) => {
  const app = useApp()
  const words = () => app.i18n.t().conversations
  const shown = props.window.section(props.of, () => props.rows)
  return (
    <section class="list-section" data-section={props.of} aria-label={words().sections[props.of]}>
      <h2 class="list-title">{words().sections[props.of]}</h2>
      <ul ref={shown.attach} class="list-rows" style={{ "padding-block-end": `${shown.height(shown.below())}px` }}>
        <For each={shown.ids()}>
          {(id) => (
            <ConversationItem
              id={id}
              summary={shown.line(id)?.summary}
              place={(shown.line(id)?.place ?? 0) + 1}
              of={props.rows.length}
              above={shown.height(shown.line(id)?.above ?? 0)}
              state={props.state}
            />
          )}
        </For>
      </ul>
    </section>
  )
}

interface FilterProps {
  readonly ref: (input: HTMLInputElement) => void
  readonly state: ListState
  readonly toInput: () => void
  readonly onDown: () => void
  readonly onEnter: () => void
}

const Filter = (props: FilterProps) => {
  const app = useApp()
  const words = () => app.i18n.t().conversations
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === "ArrowDown") props.onDown()
    else if (event.key === "Enter") props.onEnter()
    else if (event.key === "Escape" && props.state.filter() !== "") props.state.setFilter("")
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <search class="list-filter">
      <Icon name="search" small />
      <input
        ref={props.ref}
        class="ui-input"
        type="search"
        aria-label={words().filter}
        placeholder={words().filter}
        autocomplete="off"
        spellcheck={false}
        value={props.state.filter()}
        data-pane-focus={props.state.open() === undefined ? "" : undefined}
        onInput={(event) => props.state.setFilter(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Show when={props.state.filter() !== ""}>
        <IconButton
          ref={passFocus(props.toInput)}
          icon="close"
          label={words().clearFilter}
          onClick={() => props.state.setFilter("")}
        />
      </Show>
    </search>
  )
}

const links = (nav: HTMLElement | undefined) => [...(nav?.querySelectorAll<HTMLElement>("[data-conversation]") ?? [])]

const idOf = (link: HTMLElement) => link.dataset["conversation"] ?? ""

const moveByArrows = (
  event: KeyboardEvent,
  order: () => ReadonlyArray<string>,
  toLine: (id: string | undefined) => void
) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) || !(document.activeElement instanceof HTMLElement))
    return
  const all = order()
  const at = all.indexOf(idOf(document.activeElement))
  if (at < 0) return
  event.preventDefault()
  toLine(all[{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key] ?? at])
}

/**
 * Keeps the focus on a line of the list when the list changes. A line that moves to another section is created anew. A
 * line that moves within its section leaves the page for a moment. Either way it loses the focus.
 */
interface LineFocus {
  readonly onFocusIn: (event: FocusEvent) => void
  readonly onFocusOut: () => void
}

/**
 * `lines`: the links in order. If the line is gone, the line in its place gets the focus. `onLine`: called when a line
 * gets it.
 */
const createLineFocus = (
  lines: () => ReadonlyArray<HTMLElement>,
  changed: Accessor<unknown>,
  onLine: (id: ConversationId) => void
): LineFocus => {
  let held: { readonly id: string; place: number } | undefined
  const placeOf = (id: string) => lines().findIndex((line) => line.dataset["conversation"] === id)
  const onChanged = () => {
    if (held === undefined) return
    const place = placeOf(held.id)
    if (place >= 0) held.place = place
    if (document.activeElement === document.body)
      lines()[Math.min(held.place, lines().length - 1)]?.focus({ preventScroll: true })
  }
  createEffect(on(changed, onChanged, { defer: true }))
  return {
    onFocusIn: ({ target }) => {
      const id = target instanceof HTMLElement ? target.dataset["conversation"] : undefined
      held = id === undefined ? undefined : { id, place: placeOf(id) }
      if (id !== undefined) onLine(id as ConversationId)
    },
    // A line that lost the focus by a change has it again by then; a line that the person left has not. A window that
    // loses the focus gets it back.
    onFocusOut: () =>
      queueMicrotask(() => {
        if (!lines().some((line) => line === document.activeElement)) held = undefined
      })
  }
}
