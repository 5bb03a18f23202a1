/** Finds people by name: an input and the people found, each with one action. */
import type { Person } from "@hibiki/core/domain/Person"
import { type Accessor, createEffect, createSignal, For, type JSX, Match, on, onCleanup, Show, Switch } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { Field } from "../../ui/Field.tsx"
import { focusFirst, passFocus } from "../../ui/focus.ts"
import type { IconName } from "../../ui/Icon.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { useNewConversationWords } from "./useNewConversationWords.ts"

const foundAtMost = 20

interface PersonSearchProps {
  readonly label: string
  readonly hint: string
  readonly icon: IconName
  /** The action of choosing a person. */
  readonly actLabel: string
  readonly onChoose: (person: Person) => void
  /** People to leave out of the results. */
  readonly without: ReadonlySet<string>
  readonly focus?: boolean
  /** Clears the input after a choice, so that the next name can be typed at once. */
  readonly clears?: boolean
  /** Shown before the first query. */
  readonly before?: JSX.Element
}

export const PersonSearch = (props: PersonSearchProps) => {
  const app = useApp()
  const words = useNewConversationWords()
  const [query, setQuery] = createSignal("")
  const { again, found } = createFind(query, async (text) => {
    const chat = await app.whenLive()
    const answer = await chat.call("user.find", { query: text, limit: foundAtMost })
    if (!answer.ok) return undefined
    app.people.learn(answer.value)
    return answer.value
  })
  let input: HTMLInputElement | undefined
  const others = (people: ReadonlyArray<Person>) => people.filter(({ userId }) => !props.without.has(userId))
  const choose = (person: Person) => {
    props.onChoose(person)
    if (props.clears !== true) return
    setQuery("")
    input?.focus()
  }
  /**
   * Enter chooses the first person found. It never submits the form around it, which would be premature before anybody
   * was chosen.
   */
  const onKey = (event: KeyboardEvent) => {
    if (event.type !== "keydown" || event.key !== "Enter" || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    const now = found()
    const [first] = now._tag === "found" && now.query === query().trim() ? others(now.items) : []
    if (first !== undefined) choose(first)
  }
  return (
    <div class="find">
      <Field
        ref={(node) => {
          input = node
          if (props.focus === true) focusFirst(node)
        }}
        type="search"
        label={props.label}
        hint={props.hint}
        value={query()}
        onInput={setQuery}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="search"
        onKey={onKey}
      />
      <FoundList
        found={found}
        again={again}
        input={() => input}
        none={words().personNone}
        without={{ has: ({ userId }) => props.without.has(userId), only: words().personAlready }}
        before={props.before}
      >
        {(people) => (
          <ul class="page-rows">
            <For each={people()}>
              {(person) => (
                <li>
                  <button class="find-row" type="button" onClick={() => choose(person)}>
                    <WatchedAvatar person={person} />
                    <span class="find-name">{person.displayName}</span>
                    <span class="find-handle">{`@${person.handle}`}</span>
                    <span class="only-heard">{props.actLabel}</span>
                    <Icon name={props.icon} small />
                  </button>
                </li>
              )}
            </For>
          </ul>
        )}
      </FoundList>
    </div>
  )
}

const WatchedAvatar = (props: { readonly person: Person }) => {
  const app = useApp()
  app.presence.watch(() => [props.person.userId])
  return (
    <Avatar
      userId={props.person.userId}
      name={props.person.displayName}
      presence={app.presence.of(props.person.userId)?.state}
    />
  )
}

interface FoundListProps<A> {
  readonly found: Accessor<Found<A>>
  readonly again: () => void
  /** The input of the query. It gets the focus of the retry button, which disappears. */
  readonly input: () => HTMLElement | undefined
  readonly none: string
  /** Items of the results to hide, and the text shown when there are no others. */
  readonly without?: { readonly has: (item: A) => boolean; readonly only: string }
  readonly before?: JSX.Element
  readonly children: (items: Accessor<ReadonlyArray<A>>) => JSX.Element
}

/**
 * The states of a search. Screen readers hear the number of results after a search, not after one of them is chosen.
 */
export const FoundList = <A,>(props: FoundListProps<A>) => {
  const app = useApp()
  const words = useNewConversationWords()
  const items = () => {
    const found = props.found()
    return found._tag === "found" ? found.items : undefined
  }
  const toInput = () => {
    const input = props.input()
    if (input !== undefined) focusFirst(input)
  }
  const shown = (found: ReadonlyArray<A>) => found.filter((item) => props.without?.has(item) !== true)
  const nothing = (found: ReadonlyArray<A>) => (found.length === 0 ? props.none : (props.without?.only ?? props.none))
  createEffect(
    on(items, (found) => {
      if (found === undefined) return
      const count = shown(found).length
      app.announcer.say(count === 0 ? nothing(found) : words().found(count))
    })
  )
  return (
    <Switch fallback={props.before}>
      <Match when={props.found()._tag === "looking"}>
        <p class="find-state">
          <Spinner label={app.i18n.t().kit.loading} />
        </p>
      </Match>
      <Match when={props.found()._tag === "failed"}>
        <div class="find-state">
          <p>{app.i18n.t().conversations.failed.unreachable}</p>
          <Button ref={passFocus(toInput)} onClick={() => props.again()}>
            {app.i18n.t().kit.retry}
          </Button>
        </div>
      </Match>
      <Match when={items()}>
        {(found) => (
          <Show when={shown(found()).length > 0} fallback={<p class="find-state">{nothing(found())}</p>}>
            {props.children(() => shown(found()))}
          </Show>
        )}
      </Match>
    </Switch>
  )
}

/** Searches while a person types: waits for a pause, and shows only the newest query's answer. */
export const pauseMs = 250

type Found<A> =
  | { readonly _tag: "idle" }
  | { readonly _tag: "looking" }
  | { readonly _tag: "found"; readonly query: string; readonly items: ReadonlyArray<A> }
  | { readonly _tag: "failed" }

/**
 * `find`: resolves to undefined when no answer came. `always`: also runs for an empty query. Call within a component.
 */
export const createFind = <A,>(
  query: Accessor<string>,
  find: (query: string) => Promise<ReadonlyArray<A> | undefined>,
  always = false
): { readonly found: Accessor<Found<A>>; readonly again: () => void } => {
  const [found, setFound] = createSignal<Found<A>>({ _tag: "idle" })
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = (text: string, delayMs: number) => {
    const mine = ++turn
    clearTimeout(timer)
    if (text === "" && !always) return setFound({ _tag: "idle" })
    timer = setTimeout(() => {
      if (found()._tag !== "found") setFound({ _tag: "looking" })
      find(text)
        .then(
          (items) =>
            mine === turn && setFound(items === undefined ? { _tag: "failed" } : { _tag: "found", query: text, items })
        )
        .catch(() => mine === turn && setFound({ _tag: "failed" }))
    }, delayMs)
  }
  createEffect(
    on(
      () => query().trim(),
      (text, before) => ask(text, before === undefined ? 0 : pauseMs)
    )
  )
  onCleanup(() => {
    turn++
    clearTimeout(timer)
  })
  return { found, again: () => ask(query().trim(), 0) }
}
