/** Controls and cells that several tables of the console have. */
import { inspectionLimits } from "@hibiki/core/protocol/InspectionLimits"
import type { PanelSource } from "@hibiki/core/protocol/rpc/OperateRpcs"
import { createUniqueId, For, onCleanup, Show } from "solid-js"
import { useConsole } from "./Console.ts"
import { useOperateWords } from "./useOperateWords.ts"
import "./table.css"

interface SelectProps {
  readonly label: string
  readonly chosen: string
  readonly options: ReadonlyArray<{ readonly value: string; readonly label: string }>
  readonly onChoose: (value: string) => void
}

export const Select = (props: SelectProps) => {
  const id = createUniqueId()
  return (
    <div class="operate-filter">
      <label for={id}>{props.label}</label>
      <select id={id} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        <For each={props.options}>
          {({ label, value }) => (
            <option value={value} selected={value === props.chosen}>
              {label}
            </option>
          )}
        </For>
      </select>
    </div>
  )
}

interface ChoicesProps<Value extends string | number> {
  readonly label: string
  /** Of the group of radio buttons. */
  readonly name: string
  readonly chosen: Value
  readonly options: ReadonlyArray<{ readonly value: Value; readonly label: string }>
  readonly onChoose: (value: Value) => void
}

/** A few choices, all in view. */
export const Choices = <Value extends string | number>(props: ChoicesProps<Value>) => (
  <fieldset class="operate-window">
    <legend class="only-heard">{props.label}</legend>
    <For each={props.options}>
      {({ label, value }) => (
        <label class="operate-window-option">
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.chosen === value}
            onChange={() => props.onChoose(value)}
          />
          <span>{label}</span>
        </label>
      )}
    </For>
  </fieldset>
)

interface SearchFilterProps {
  readonly label: string
  readonly typed: string
  /** Code units. */
  readonly maxLength: number
  readonly placeholder?: string
  readonly error?: string | undefined
  readonly onChoose: (typed: string) => void
}

/** How long the screen waits after the last key before it asks the server (ms). */
const typingMs = 300

export const SearchFilter = (props: SearchFilterProps) => {
  const id = createUniqueId()
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  const choose = (typed: string) => {
    clearTimeout(timer)
    props.onChoose(typed)
  }
  return (
    <div class="operate-filter operate-filter-wide">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type="search"
        value={props.typed}
        maxlength={props.maxLength}
        placeholder={props.placeholder}
        autocapitalize="off"
        autocomplete="off"
        spellcheck={false}
        aria-invalid={props.error === undefined ? undefined : "true"}
        aria-describedby={props.error === undefined ? undefined : `${id}-error`}
        onInput={(event) => {
          const { value } = event.currentTarget
          clearTimeout(timer)
          timer = setTimeout(() => choose(value), typingMs)
        }}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <Show when={props.error}>
        {(error) => (
          <p class="operate-filter-error" id={`${id}-error`} role="alert">
            {error()}
          </p>
        )}
      </Show>
    </div>
  )
}

const limits = [50, 100, inspectionLimits.rowsMax]

/** How many rows the table has. */
export const Limit = (props: { readonly limit: number; readonly onChoose: (limit: number) => void }) => {
  const words = useOperateWords()
  return (
    <Select
      label={words().table.limit}
      chosen={String(props.limit)}
      options={limits.map((limit) => ({ value: String(limit), label: String(limit) }))}
      onChoose={(value) => props.onChoose(Number(value))}
    />
  )
}

/** A process by its role and host. One that is not known yet, or any more, is named by its id. */
export const ProcessName = (props: { readonly node: string }) => {
  const { nodes } = useConsole()
  const process = () => nodes()?.rows.find(({ node }) => node === props.node)
  return (
    <span class="operate-two-lines" title={props.node}>
      <span>{process()?.role ?? props.node.slice(0, 8)}</span>
      <bdi class="operate-soft">{process()?.host}</bdi>
    </span>
  )
}

/** Names the sources that could not be read, whose rows are old. */
export const Unread = (props: { readonly sources: ReadonlyArray<PanelSource> }) => {
  const words = useOperateWords()
  return (
    <Show when={props.sources.length > 0}>
      <p class="operate-unread" role="status">
        {props.sources.map((source) => words().unread[source]).join(" ")}
      </p>
    </Show>
  )
}
