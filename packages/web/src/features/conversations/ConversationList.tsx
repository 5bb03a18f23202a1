/** The conversation list: a filter, sections, and one link for each conversation, reachable one by one or by arrows. */
import { A, useNavigate } from "@solidjs/router"
import { createMemo, createSignal, For, Match, Show, Suspense, Switch } from "solid-js"
import { useApp } from "../../app/App.ts"
import { isMac } from "../../lib/isMac.ts"
import { later } from "../../lib/later.ts"
import { sameItems } from "../../lib/sameItems.ts"
import { Button } from "../../ui/Button.tsx"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { focusFirst } from "../../ui/focusFirst.ts"
import { Icon } from "../../ui/Icon.tsx"
import { IconButton } from "../../ui/IconButton.tsx"
import { Mark } from "../../ui/Mark.tsx"
import { MoreButton } from "../../ui/MoreButton.tsx"
import { openOverlay } from "../../ui/overlay.ts"
import { passFocus } from "../../ui/passFocus.ts"
import { productName } from "../../ui/productName.ts"
import { Spinner } from "../../ui/Spinner.tsx"
import { ConversationItem } from "./ConversationItem.tsx"
import { createLineFocus } from "./createLineFocus.ts"
import type { ListState } from "./createListState.ts"
import type { ListSection } from "./listSections.ts"
import "../../ui/Field.css"
import "./ConversationList.css"

const UnlistedFailures = later(() => import("./UnlistedFailures.tsx").then((module) => module.UnlistedFailures))

/** Rows of a section that stand in the page before "more" is asked for; the filter finds the others too. */
const rowsAtFirst = 40

export const ConversationList = (props: { readonly state: ListState }) => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations
  const first = () => props.state.sections()?.[0]?.rows[0]
  let nav: HTMLElement | undefined
  let filter: HTMLInputElement | undefined
  // From what ended it, which goes then.
  const toFilter = () => {
    if (filter !== undefined) focusFirst(filter)
  }
  const focus = createLineFocus(() => links(nav), props.state.sections)

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
          onDown={() => links(nav)[0]?.focus()}
          onEnter={() => {
            const row = props.state.filter().trim() === "" ? undefined : first()
            if (row !== undefined) navigate(`/c/${row.conversationId}`)
          }}
        />
      </Show>
      <nav
        ref={(node) => {
          nav = node
        }}
        class="list"
        aria-label={words().list}
        onKeyDown={(event) => moveByArrows(event, links(nav))}
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
            <EmptyState text={words().empty} act={{ label: words().start, run: () => navigate("/new") }} />
          </Match>
          <Match when={props.state.sections()}>{(sections) => <Sections sections={sections()} state={props.state} />}</Match>
        </Switch>
      </nav>
    </>
  )
}

/** Sections by key and rows by id, so that what stays keeps its element, and with it the focus. */
const Sections = (props: { readonly sections: ReadonlyArray<ListSection>; readonly state: ListState }) => {
  const keys = createMemo(() => props.sections.map(({ key }) => key), [], { equals: sameItems })
  return (
    <For each={keys()}>
      {(key) => <Section of={key} rows={props.sections.find((section) => section.key === key)?.rows ?? []} state={props.state} />}
    </For>
  )
}

const Section = (props: { readonly of: ListSection["key"]; readonly rows: ListSection["rows"]; readonly state: ListState }) => {
  const app = useApp()
  const words = () => app.i18n.t().conversations
  const [all, setAll] = createSignal(false)
  let list: HTMLUListElement | undefined
  const shown = () => (all() ? props.rows : props.rows.slice(0, rowsAtFirst))
  const byId = createMemo(() => new Map(props.rows.map((row) => [row.conversationId, row])))
  const ids = createMemo(() => shown().map(({ conversationId }) => conversationId), [], { equals: sameItems })
  return (
    <section class="list-section" data-section={props.of} aria-label={words().sections[props.of]}>
      <h2 class="list-title">{words().sections[props.of]}</h2>
      <ul
        ref={(node) => {
          list = node
        }}
        class="list-rows"
      >
        <For each={ids()}>{(id) => <ConversationItem id={id} summary={byId().get(id)} state={props.state} />}</For>
      </ul>
      <Show when={props.rows.length > shown().length}>
        <MoreButton kind="quiet" list={() => list} onMore={() => setAll(true)}>
          {words().more(props.rows.length - shown().length)}
        </MoreButton>
      </Show>
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
        <IconButton ref={passFocus(props.toInput)} icon="close" label={words().clearFilter} onClick={() => props.state.setFilter("")} />
      </Show>
    </search>
  )
}

const links = (nav: HTMLElement | undefined) => [...(nav?.querySelectorAll<HTMLElement>("[data-conversation]") ?? [])]

const moveByArrows = (event: KeyboardEvent, all: ReadonlyArray<HTMLElement>) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const at = all.findIndex((link) => link.isSameNode(document.activeElement))
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
  if (at < 0 || next === undefined) return
  event.preventDefault()
  all[next]?.focus()
}
