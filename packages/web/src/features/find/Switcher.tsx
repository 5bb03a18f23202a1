/**
 * The quick switcher: an input and a list under it. The input keeps the focus; arrows choose, Enter opens, Esc closes.
 */
import { useNavigate } from "@solidjs/router"
import { type Accessor, createEffect, createMemo, createSignal, createUniqueId, For, on, onMount, Show } from "solid-js"
import { sameItems } from "../../lib/sameItems.ts"
import { useApp } from "../../model/App.ts"
import { Dialog } from "../../ui/Dialog.tsx"
import { focusFirst } from "../../ui/focusFirst.ts"
import { keyAct } from "../../ui/keys.ts"
import { openOverlay } from "../../ui/overlay.ts"
import type { ListState } from "../conversations/createListState.ts"
import { SwitcherSection } from "./SwitcherSection.tsx"
import { type CommandKey, createSwitcherCommands, type SwitcherCommand } from "./switcherCommands.ts"
import { nextLine, type SwitcherSection as Section, switcherSections } from "./switcherLines.ts"
import { findWords, useFindWords } from "./useFindWords.ts"
import "../../ui/Field.css"
import "./Switcher.css"

export interface SwitcherProps {
  readonly list: ListState
  /** Opened by a button: under fingers no keyboard is raised. */
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
    // The focus is back where it was first, so that what is opened can return it there.
    props.onClose()
    if (command === undefined) navigate(`/c/${line}`)
    else command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method has them for itself: Enter ends a conversion, and opens nothing.
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
    // The frame takes the same keys, and would open it again.
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

/** What comes in meanwhile moves nothing under the eye: the order is that of the last letter typed. */
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
