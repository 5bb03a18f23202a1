/** A choice of a few options: radio buttons that look like their options. */
import { createUniqueId, For, Show } from "solid-js"
import "./Choice.css"
import "./Field.css"

export interface ChoiceProps<K extends string> {
  readonly label: string
  readonly name: string
  readonly chosen: K
  readonly onChoose: (key: K) => void
  readonly options: ReadonlyArray<{
    readonly key: K
    readonly label: string
    readonly hint?: string
    readonly lang?: string
  }>
  readonly hint?: string
}

export const Choice = <K extends string>(props: ChoiceProps<K>) => {
  const id = createUniqueId()
  return (
    <fieldset class="ui-choice" aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}>
      <legend>{props.label}</legend>
      <div class="ui-choice-options">
        <For each={props.options}>
          {(option) => (
            <label class="ui-choice-option" lang={option.lang}>
              <input
                type="radio"
                name={`${id}-${props.name}`}
                value={option.key}
                checked={props.chosen === option.key}
                onChange={() => props.onChoose(option.key)}
              />
              <span class="ui-choice-label">{option.label}</span>
              <Show when={option.hint}>{(hint) => <span class="ui-choice-hint">{hint()}</span>}</Show>
            </label>
          )}
        </For>
      </div>
      <Show when={props.hint}>
        {(hint) => (
          <p class="ui-field-hint" id={`${id}-hint`}>
            {hint()}
          </p>
        )}
      </Show>
    </fieldset>
  )
}

export interface ToggleSwitchProps {
  readonly label: string
  readonly hint?: string
  readonly checked: boolean
  readonly disabled?: boolean
  /** Keeps the focus, and ignores presses. */
  readonly busy?: boolean
  readonly onChange: (checked: boolean) => void
}

/** On or off. */
export const ToggleSwitch = (props: ToggleSwitchProps) => {
  const id = createUniqueId()
  return (
    <div class="ui-switch">
      <label class="ui-switch-line">
        <span>{props.label}</span>
        <input
          type="checkbox"
          role="switch"
          checked={props.checked}
          disabled={props.disabled === true}
          aria-checked={props.checked}
          aria-disabled={props.busy === true ? "true" : undefined}
          aria-busy={props.busy === true ? "true" : undefined}
          aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
          onClick={(event) => {
            if (props.busy === true) event.preventDefault()
          }}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
      </label>
      <Show when={props.hint}>
        {(hint) => (
          <p class="ui-field-hint" id={`${id}-hint`}>
            {hint()}
          </p>
        )}
      </Show>
    </div>
  )
}
