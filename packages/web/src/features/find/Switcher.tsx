/**
 * The quick switcher: an input and a list under it. The input keeps the focus; arrows select, Enter opens, Esc closes.
 */
import { useNavigate } from "@solidjs/router"
import { type Accessor, createEffect, createMemo, createSignal, createUniqueId, For, on, onMount, Show } from "solid-js"
import { sameItems } from "../../lib/sameItems.ts"
import { isAdmin } from "../../lib/session.ts"
import { useApp } from "../../model/App.ts"
import { openOverlay } from "../../model/overlay.ts"
import { Dialog } from "../../ui/Dialog.tsx"
import { focusFirst } from "../../ui/focus.ts"
import type { IconName } from "../../ui/Icon.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { Face, Unread } from "../conversations/ConversationItem.tsx"
import type { ListState } from "../conversations/createListState.ts"
import { chordOf, keyNames } from "../help/HelpDialog.tsx"
import { isMac, type KeyAct, keyAct } from "../help/keys.ts"
import type { FindWords } from "./findWords.en.ts"
import { nextLine, type SwitcherSection as Section, switcherSections } from "./switcherLines.ts"
import { findWords, useFindWords } from "./useFindWords.ts"
import "../../ui/Field.css"
import "./Switcher.css"

interface SwitcherProps {
  readonly list: ListState
  /** Opened by a button: on a touch screen the keyboard stays down. */
  readonly pressed: boolean
  readonly onClose: () => void
}

export const Switcher = (props: SwitcherProps) => {
  const words = useFindWords()
  return (
    <Dialog open title={words().switcher.title} onClose={() => props.onClose()}>
      <Body {...props} />
    </Dialog>
  )
}

const Body = (props: SwitcherProps) => {
  const findWordsHere = useFindWords()
  const words = () => findWordsHere().switcher
  const navigate = useNavigate()
  const id = createUniqueId()
  const commands = createSwitcherCommands(() => props.list.open() !== undefined)
  const [query, setQuery] = createSignal("")
  const [chosen, choose] = createSignal("")
  const sections = createSections(props.list, query, commands)
  const keys = createMemo(() => sections().map(({ key }) => key), [], { equals: sameItems })
  const lines = createMemo<ReadonlyArray<string>>(() => sections().flatMap((section) => section.lines))
  const at = () => Math.max(0, lines().indexOf(chosen()))
  const active = createMemo(() => lines()[at()])
  const idOf = (line: string) => `${id}-${line}`
  let input: HTMLInputElement | undefined
  onMount(() => {
    if (input === undefined) return
    if (props.pressed) focusFirst(input)
    else input.focus()
  })
  createEffect(
    on(
      active,
      (line) => line !== undefined && document.getElementById(idOf(line))?.scrollIntoView({ block: "nearest" }),
      { defer: true }
    )
  )

  const take = (line: string) => {
    const command = commands().find(({ key }) => key === line)
    // First return the focus to its earlier place, so that the opened dialog can return it there.
    props.onClose()
    if (command === undefined) navigate(`/c/${line}`)
    else command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // During a composition the input method handles the keys: Enter ends a conversion, and opens nothing.
    if (event.isComposing || event.keyCode === 229) return
    const act = keyAct(event, true)
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
    const next = isPlain ? nextLine(event.key, at(), lines().length) : undefined
    const line = active()
    if (act === "switcher") props.onClose()
    else if (act === "search") openOverlay(act)
    else if (next !== undefined) choose(lines()[next] ?? "")
    else if (event.key === "Enter" && line !== undefined) take(line)
    else return
    event.preventDefault()
    // The frame handles the same keys, and would open it again.
    event.stopPropagation()
  }
  return (
    <div class="switcher">
      <div class="ui-field-line">
        <input
          ref={(node) => {
            input = node
          }}
          class="ui-input"
          type="text"
          role="combobox"
          aria-label={words().input}
          placeholder={words().input}
          aria-autocomplete="list"
          aria-expanded={lines().length > 0}
          aria-controls={id}
          aria-activedescendant={active() && idOf(active() ?? "")}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          value={query()}
          onInput={(event) => {
            setQuery(event.currentTarget.value)
            choose("")
          }}
          on:keydown={onKeyDown}
        />
      </div>
      <Show
        when={lines().length > 0}
        fallback={
          <p class="switcher-none" role="status">
            {words().none(query().trim())}
          </p>
        }
      >
        <div class="switcher-list" id={id} role="listbox" aria-label={words().title} tabindex="-1">
          <For each={keys()}>
            {(key) => (
              <SwitcherSection
                title={words().sections[key]}
                lines={sections().find((section) => section.key === key)?.lines ?? []}
                list={props.list}
                commands={commands()}
                active={active()}
                idOf={idOf}
                onPoint={choose}
                onTake={take}
              />
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}

/** Conversations that change meanwhile do not move: the order is that of the last typed letter. */
const createSections = (
  list: ListState,
  query: Accessor<string>,
  commands: Accessor<ReadonlyArray<SwitcherCommand>>
): Accessor<ReadonlyArray<Section<CommandKey>>> => {
  const app = useApp()
  const isKnown = createMemo(() => app.conversations() !== undefined)
  const named = createMemo(() =>
    commands().map(({ key }) => ({
      key,
      names: [findWords.en.switcher.commands[key], findWords.ja.switcher.commands[key]]
    }))
  )
  return createMemo(
    on([query, isKnown, named], () =>
      switcherSections({
        conversations: app.conversations() ?? [],
        open: list.open(),
        titleOf: list.titleOf,
        commands: named(),
        query: query()
      })
    )
  )
}

/**
 * A section of the switcher's list with its title: conversations as in the conversation list, or commands with their
 * keys.
 */
interface SwitcherSectionProps {
  readonly title: string
  readonly lines: ReadonlyArray<string>
  readonly list: ListState
  readonly commands: ReadonlyArray<SwitcherCommand>
  readonly active: string | undefined
  readonly idOf: (line: string) => string
  readonly onPoint: (line: string) => void
  readonly onTake: (line: string) => void
}

const SwitcherSection = (props: SwitcherSectionProps) => (
  <fieldset class="switcher-section" aria-label={props.title}>
    <div class="switcher-title" aria-hidden="true">
      {props.title}
    </div>
    <For each={props.lines}>
      {(line) => (
        <button
          class="switcher-line"
          type="button"
          id={props.idOf(line)}
          role="option"
          aria-selected={props.active === line}
          tabindex="-1"
          // The input keeps the focus, and a phone keeps its keyboard open.
          onMouseDown={(event) => event.preventDefault()}
          onPointerMove={() => props.active !== line && props.onPoint(line)}
          onClick={() => props.onTake(line)}
        >
          <Show
            when={props.commands.find(({ key }) => key === line)}
            fallback={<ConversationLine id={line} list={props.list} />}
          >
            {(command) => <CommandLine command={command()} />}
          </Show>
        </button>
      )}
    </For>
  </fieldset>
)

const ConversationLine = (props: { readonly id: string; readonly list: ListState }) => {
  const app = useApp()
  return (
    <Show when={app.conversations()?.find(({ conversationId }) => conversationId === props.id)}>
      {(summary) => (
        <>
          <Face summary={summary()} state={props.list} />
          <span class="switcher-name" dir="auto">
            {props.list.titleOf(summary())}
          </span>
          <Show when={summary().peer}>{(peer) => <span class="switcher-handle">{`@${peer().handle}`}</span>}</Show>
          <Unread summary={summary()} />
        </>
      )}
    </Show>
  )
}

const CommandLine = (props: { readonly command: SwitcherCommand }) => {
  const words = useFindWords()
  return (
    <>
      <span class="list-glyph" aria-hidden="true">
        <Icon name={props.command.icon} />
      </span>
      <span class="switcher-name">{words().switcher.commands[props.command.key]}</span>
      <Show when={props.command.act}>
        {(act) => (
          <span class="switcher-keys" aria-hidden="true">
            <For each={keyNames(chordOf(act()), isMac)}>{(key) => <kbd>{key}</kbd>}</For>
          </span>
        )}
      </Show>
    </>
  )
}

/** The commands of the quick switcher, besides opening a conversation. */
type CommandKey = keyof FindWords["switcher"]["commands"]

interface SwitcherCommand {
  readonly key: CommandKey
  readonly icon: IconName
  /** The key action that does the same. */
  readonly act?: KeyAct
  readonly run: () => void
}

/** The commands that have an effect now. Call within a component. */
const createSwitcherCommands = (inConversation: Accessor<boolean>): Accessor<ReadonlyArray<SwitcherCommand>> => {
  const { preferences, session } = useApp()
  const navigate = useNavigate()
  const all: ReadonlyArray<SwitcherCommand> = [
    { key: "searchHere", icon: "search", act: "search", run: () => openOverlay("searchHere") },
    { key: "searchAll", icon: "search", run: () => openOverlay("searchAll") },
    { key: "newConversation", icon: "plus", act: "newConversation", run: () => navigate("/new") },
    { key: "settings", icon: "settings", run: () => navigate("/settings") },
    { key: "devices", icon: "browser", run: () => navigate("/settings/devices") },
    { key: "board", icon: "board", run: () => navigate("/board") },
    { key: "operate", icon: "shield", run: () => navigate("/operate") },
    { key: "help", icon: "keyboard", act: "help", run: () => openOverlay("help") },
    { key: "light", icon: "sun", run: () => preferences.setTheme("light") },
    { key: "dark", icon: "moon", run: () => preferences.setTheme("dark") },
    { key: "system", icon: "settings", run: () => preferences.setTheme("system") }
  ]
  return createMemo(() =>
    all.filter(({ key }) => {
      if (key === "searchHere") return inConversation()
      return key === "operate" ? isAdmin(session()) : key !== preferences.theme()
    })
  )
}
