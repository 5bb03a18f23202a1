/** What a search found, by conversation where it looked through all, and what else is to be said of it. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { createEffect, createMemo, For, on, Show } from "solid-js"
import { sameItems } from "../../lib/sameItems.ts"
import { useApp } from "../../model/App.ts"
import type { ListState } from "../conversations/createListState.ts"
import type { Hit, Search } from "./createSearch.ts"
import { SearchEnding } from "./SearchEnding.tsx"
import { SearchHit } from "./SearchHit.tsx"
import { groupsOf } from "./searchRules.ts"
import { useFindWords } from "./useFindWords.ts"

export interface SearchResultsProps {
  readonly search: Search
  readonly list: ListState
  /** That one went to last. */
  readonly last: Hit | undefined
  readonly onChoose: (hit: Hit) => void
  /** Takes the focus of a button that goes. */
  readonly input: () => HTMLElement | undefined
}

export const SearchResults = (props: SearchResultsProps) => {
  const app = useApp()
  const findWords = useFindWords()
  const words = () => findWords().search
  const now = () => props.search.now()
  const groups = createMemo(() => groupsOf(now()?.hits ?? []))
  const ids = createMemo(() => groups().map(({ conversationId }) => conversationId), [], { equals: sameItems })
  const titleOf = (id: ConversationId) => {
    const summary = app.conversation(id)
    return summary === undefined ? app.i18n.t().chat.header.unknown : props.list.titleOf(summary)
  }
  let results: HTMLDivElement | undefined
  createEffect(
    on(
      now,
      (state) => {
        if (state?.looking === false && state.error === undefined)
          app.announcer.say(
            state.hits.length > 0
              ? words().found(state.hits.length)
              : state.place === undefined
                ? words().none(state.text.trim())
                : words().noneSoFar
          )
      },
      { defer: true }
    )
  )
  return (
    <div
      ref={(node) => {
        results = node
      }}
      class="search-results"
      aria-busy={now()?.looking === true}
    >
      <Show when={now()} fallback={<p class="search-said">{words().before}</p>}>
        {(state) => (
          <>
            <For each={ids()}>
              {(id) => (
                <section aria-label={titleOf(id)}>
                  <Show when={state().scope === "all"}>
                    <h3 class="search-title" dir="auto">
                      {titleOf(id)}
                    </h3>
                  </Show>
                  <ul class="search-hits">
                    <For each={groups().find(({ conversationId }) => conversationId === id)?.hits}>
                      {(hit) => (
                        <SearchHit
                          hit={hit}
                          text={state().text}
                          isLast={props.last === hit}
                          onChoose={() => props.onChoose(hit)}
                        />
                      )}
                    </For>
                  </ul>
                </section>
              )}
            </For>
            <SearchEnding
              state={state()}
              further={props.search.further}
              // To the first that came by the button that is gone, or to the question.
              onGone={(count) =>
                (results?.querySelectorAll<HTMLElement>("[data-hit]")[count] ?? props.input())?.focus()
              }
            />
          </>
        )}
      </Show>
    </div>
  )
}
