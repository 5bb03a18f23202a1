/**
 * A part of the switcher's list under its title: conversations as the list beside shows them, or commands with their
 * keys.
 */
import { For, Show } from "solid-js"
import { isMac } from "../../lib/isMac.ts"
import { useApp } from "../../model/App.ts"
import { Icon } from "../../ui/Icon.tsx"
import { chordOf, keyNames } from "../../ui/keyGroups.ts"
import { Face, Unread } from "../conversations/ConversationItem.tsx"
import type { ListState } from "../conversations/createListState.ts"
import type { SwitcherCommand } from "./switcherCommands.ts"
import { useFindWords } from "./useFindWords.ts"

export interface SwitcherSectionProps {
  readonly title: string
  readonly lines: ReadonlyArray<string>
  readonly list: ListState
  readonly commands: ReadonlyArray<SwitcherCommand>
  readonly active: string | undefined
  readonly idOf: (line: string) => string
  readonly onPoint: (line: string) => void
  readonly onTake: (line: string) => void
}

export const SwitcherSection = (props: SwitcherSectionProps) => (
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
          // The input keeps the focus, and a phone its keyboard.
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
