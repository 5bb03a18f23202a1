/** The numbers first: how many are online, and of these how many are active, away, and on which kinds of device. */
import type { DeviceKind } from "@hibiki/core/domain/Presence"
import { For, Show } from "solid-js"
import type { Totals } from "./boardState.ts"
import { useBoardWords } from "./useBoardWords.ts"

const kinds: ReadonlyArray<DeviceKind> = ["browser", "terminal", "bot"]

export const BoardTotals = (props: { readonly totals: Totals }) => {
  const words = useBoardWords()
  return (
    <dl class="board-totals">
      <Total name="online" label={words().online} count={props.totals.online} />
      <Total name="active" label={words().states.active} count={props.totals.active} />
      <Total name="idle" label={words().states.idle} count={props.totals.idle} />
      <Total name="offline" label={words().states.offline} count={props.totals.offline} />
      <For each={kinds}>
        {(kind) => (
          <Show when={kind === "browser" || props.totals.kinds[kind] > 0}>
            <Total name={kind} label={words().onKind[kind]} count={props.totals.kinds[kind]} />
          </Show>
        )}
      </For>
    </dl>
  )
}

const Total = (props: { readonly name: string; readonly label: string; readonly count: number }) => (
  <div class="board-total" data-total={props.name}>
    <dt>{props.label}</dt>
    <dd class="numbers">{props.count}</dd>
  </div>
)
