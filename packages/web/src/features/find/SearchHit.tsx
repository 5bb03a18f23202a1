/** A message that a search found: who wrote it and when, and its text with the found words marked. It leads there. */
import { For, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { blockingWords } from "../blocking/blockingWords.ts"
import type { Hit } from "./createSearch.ts"
import { excerptOf } from "./searchRules.ts"

export interface SearchHitProps {
  readonly hit: Hit
  /** What was looked for. */
  readonly text: string
  /** One went there last. */
  readonly isLast: boolean
  readonly onChoose: () => void
}

export const SearchHit = (props: SearchHitProps) => {
  const app = useApp()
  const row = () => props.hit.row
  const pieces = () => excerptOf("text" in props.hit.row ? (props.hit.row.text ?? "") : "", props.text)
  return (
    <li>
      <button
        class="search-hit"
        type="button"
        data-hit={row().seq}
        aria-current={props.isLast ? "true" : undefined}
        onClick={() => props.onChoose()}
      >
        <span class="search-by">
          <bdi>{app.people.name(row().by)}</bdi>
        </span>
        <time class="search-when" datetime={new Date(row().at).toISOString()} title={app.i18n.full(row().at)}>
          {app.i18n.short(Math.min(row().at, app.minute()), app.minute())}
        </time>
        <span class="search-text" dir="auto">
          {/* Its timeline shows it to who asks for it. */}
          <Show when={!app.blocked().has(row().by)} fallback={blockingWords[app.i18n.language()].message}>
            <For each={pieces()}>
              {(piece) => (
                <Show when={piece.marked} fallback={piece.text}>
                  <mark>{piece.text}</mark>
                </Show>
              )}
            </For>
          </Show>
        </span>
      </button>
    </li>
  )
}
