/** Tabs as screen readers know them: arrows move, and the selected tab shows its panel. */
import { createEffect, createUniqueId, For, type JSX, on } from "solid-js"
import "./Tabs.css"

export interface TabsProps<K extends string> {
  readonly label: string
  readonly tabs: ReadonlyArray<{ readonly key: K; readonly label: string }>
  readonly chosen: K
  readonly onChoose: (key: K) => void
  /** The chosen tab's panel. */
  readonly children: JSX.Element
}

export const Tabs = <K extends string>(props: TabsProps<K>) => {
  const id = createUniqueId()
  let list: HTMLDivElement | undefined
  // More tabs than fit scroll sideways, and a link may open any of them.
  createEffect(
    on(
      () => props.chosen,
      (key) => list?.querySelector(`[data-tab="${key}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" })
    )
  )
  const move = (event: KeyboardEvent) => {
    const at = props.tabs.findIndex(({ key }) => key === props.chosen)
    const count = props.tabs.length
    const next = { ArrowRight: (at + 1) % count, ArrowLeft: (at - 1 + count) % count, Home: 0, End: count - 1 }[
      event.key
    ]
    const tab = next === undefined ? undefined : props.tabs[next]
    if (tab === undefined) return
    event.preventDefault()
    props.onChoose(tab.key)
    list?.querySelector<HTMLElement>(`[data-tab="${tab.key}"]`)?.focus()
  }
  return (
    <>
      <div
        ref={(node) => {
          list = node
        }}
        class="ui-tabs"
        role="tablist"
        aria-label={props.label}
        onKeyDown={move}
      >
        <For each={props.tabs}>
          {(tab) => (
            <button
              id={`${id}-${tab.key}`}
              class="ui-tab"
              type="button"
              role="tab"
              data-tab={tab.key}
              aria-selected={props.chosen === tab.key}
              aria-controls={`${id}-panel`}
              tabindex={props.chosen === tab.key ? 0 : -1}
              onClick={() => props.onChoose(tab.key)}
            >
              {tab.label}
            </button>
          )}
        </For>
      </div>
      <div id={`${id}-panel`} class="ui-tab-panel" role="tabpanel" aria-labelledby={`${id}-${props.chosen}`}>
        {props.children}
      </div>
    </>
  )
}
