/** The results of a search, grouped by conversation if it searched all of them, and its status. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { createEffect, createMemo, For, Match, on, Show, Switch } from "solid-js"
import { sameItems } from "../../lib/sameItems.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { FormProblem } from "../../ui/Field.tsx"
import { passFocus } from "../../ui/focus.ts"
import { blockingWords } from "../blocking/blockingWords.ts"
import { callProblem } from "../conversations/callProblem.ts"
import type { ListState } from "../conversations/createListState.ts"
import { excerptOf, groupsOf, type Hit, hitsAtMost, percentAbove, type Search, type Searched } from "./createSearch.ts"
import { useFindWords } from "./useFindWords.ts"

interface SearchResultsProps {
  readonly search: Search
  readonly list: ListState
  /** The hit that the user opened last. */
  readonly last: Hit | undefined
  readonly onChoose: (hit: Hit) => void
  /** The input gets the focus when the focused button disappears. */
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
              // To the first hit that the removed button has loaded, or to the input.
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

/** A hit: its author, time and text with the found words marked. Choosing it opens the message. */
interface SearchHitProps {
  readonly hit: Hit
  /** The searched text. */
  readonly text: string
  /** The user opened this hit last. */
  readonly isLast: boolean
  readonly onChoose: () => void
}

const SearchHit = (props: SearchHitProps) => {
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
          {/* The timeline shows it on request. */}
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

/**
 * Below the hits: that nothing was found, why no answer came, how far the search got, and a button to search further
 * back.
 */
interface SearchEndingProps {
  readonly state: Searched
  readonly further: () => void
  /** Called when the focused button has disappeared; `count`: the hits shown when it was pressed. */
  readonly onGone: (count: number) => void
}

const SearchEnding = (props: SearchEndingProps) => {
  const app = useApp()
  const findWords = useFindWords()
  const words = () => findWords().search
  const count = () => props.state.hits.length
  const problem = () => {
    const { error } = props.state
    return error && words().failed(callProblem(error, app.i18n.t().conversations))
  }
  const looked = () => {
    const { ids, place, scope } = props.state
    if (place === undefined) return undefined
    if (scope === "all") return words().lookedAll(place.at, ids.length)
    const summary = ids[0] && app.conversation(ids[0])
    return summary && place.before !== undefined ? words().lookedHere(percentAbove(summary, place.before)) : undefined
  }
  let pressedAt = 0
  const further = () => {
    pressedAt = count()
    props.further()
  }
  return (
    <div class="search-ending">
      <FormProblem text={problem()} />
      <Switch>
        <Match when={count() === 0 && props.state.looking}>
          <Spinner label={app.i18n.t().kit.loading} />
        </Match>
        <Match when={count() >= hitsAtMost}>
          <p>{words().enough(count())}</p>
        </Match>
        <Match when={props.state.place !== undefined}>
          <Show when={count() === 0 && problem() === undefined}>
            <p>{words().noneSoFar}</p>
          </Show>
          <Show when={problem() === undefined}>
            <p class="search-looked">{looked()}</p>
          </Show>
          <Button ref={passFocus(() => props.onGone(pressedAt))} busy={props.state.looking} onClick={further}>
            {problem() === undefined ? words().further : app.i18n.t().kit.retry}
          </Button>
        </Match>
        <Match when={count() === 0}>
          <p>{words().none(props.state.text.trim())}</p>
          <p class="search-looked">{words().tip}</p>
        </Match>
      </Switch>
    </div>
  )
}
