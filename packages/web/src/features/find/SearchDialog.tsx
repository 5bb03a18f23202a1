/**
 * The message search: the query, its scope and the results. It keeps its results while it is closed, so that the user
 * can return to them.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { searchProblem } from "@hibiki/core/domain/SearchText"
import { useNavigate } from "@solidjs/router"
import { createComputed, createEffect, createSignal, on, onCleanup, onMount, Show, untrack } from "solid-js"
import { useApp } from "../../model/App.ts"
import { type Overlay, overlay } from "../../model/overlay.ts"
import { IconButton } from "../../ui/Button.tsx"
import { Choice } from "../../ui/Choice.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { Field } from "../../ui/Field.tsx"
import { createNarrow } from "../../ui/panes.ts"
import { leadTo } from "../chat/conversationModel.ts"
import type { ListState } from "../conversations/createListState.ts"
import { type Asked, createSearch, type Hit, type Search } from "./createSearch.ts"
import { SearchResults } from "./SearchResults.tsx"
import { useFindWords } from "./useFindWords.ts"
import "./Search.css"

export interface SearchDialogProps {
  readonly open: boolean
  readonly list: ListState
  readonly onClose: () => void
}

export const SearchDialog = (props: SearchDialogProps) => {
  const app = useApp()
  const navigate = useNavigate()
  const covers = createNarrow(2)
  const words = useFindWords()
  const [text, setText] = createSignal("")
  const [scope, setScope] = createSignal<Asked["scope"]>("here")
  const [last, setLast] = createSignal<Hit>()
  const search = createSearch(async (payload) => (await app.whenLive()).call("history.search", payload))
  const here = () => props.list.open()
  // The keys and the button return to the last search; a command starts a new one.
  const onAsked = (what: Overlay | undefined) => {
    if (what?.startsWith("search") !== true) return
    const before = search.now()
    const isLeft = before?.scope === "here" && before.ids[0] !== here()
    const kept = isLeft ? undefined : before?.scope
    const next =
      here() === undefined || what === "searchAll" ? "all" : what === "searchHere" ? "here" : (kept ?? "here")
    if (kept !== next) search.forget()
    setScope(next)
  }
  createComputed(on(overlay, onAsked))
  // A user who signs in later must not be led to this message.
  onCleanup(() => leadTo(undefined))
  const everywhere = () => app.conversations()?.map(({ conversationId }) => conversationId)
  const ask = () => {
    const id = here()
    if (searchProblem(text()) === undefined)
      search.ask({ text: text(), scope: scope(), ids: scope() === "here" && id !== undefined ? [id] : everywhere() })
  }
  // On a new device the list arrives a moment later.
  createEffect(() => {
    const ids = everywhere()
    const held = untrack(search.now)
    if (ids !== undefined && held?.looking === true && held.place === undefined) search.ask({ ...held, ids })
  })
  const choose = (hit: Hit) => {
    setLast(hit)
    props.onClose()
    // Details beside the search may stay open.
    if (here() !== hit.conversationId || covers()) navigate(`/c/${hit.conversationId}`)
    leadTo({ conversationId: hit.conversationId, seq: hit.row.seq })
  }
  return (
    <Dialog open={props.open} title={words().search.title} onClose={() => props.onClose()}>
      <Body
        text={text()}
        setText={setText}
        scope={scope()}
        setScope={(next) => {
          setScope(next)
          if (search.now() !== undefined) ask()
        }}
        here={here()}
        ask={ask}
        search={search}
        list={props.list}
        last={last()}
        choose={choose}
      />
    </Dialog>
  )
}

interface BodyProps {
  readonly text: string
  readonly setText: (text: string) => void
  readonly scope: Asked["scope"]
  readonly setScope: (scope: Asked["scope"]) => void
  readonly here: ConversationId | undefined
  readonly ask: () => void
  readonly search: Search
  readonly list: ListState
  readonly last: Hit | undefined
  readonly choose: (hit: Hit) => void
}

const Body = (props: BodyProps) => {
  const findWords = useFindWords()
  const words = () => findWords().search
  let body: HTMLElement | undefined
  let input: HTMLInputElement | undefined
  onMount(() => {
    input?.focus()
    input?.select()
  })
  const problem = () => {
    const what = searchProblem(props.text)
    return what === undefined || what === "blank"
      ? undefined
      : words().tooMuch(Limits.searchWordsMax, Limits.searchTextMax)
  }
  const hits = () => [...(body?.querySelectorAll<HTMLElement>("[data-hit]") ?? [])]
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) {
      // In some browsers an Enter that ends a conversion would otherwise submit the form.
      if (event.key === "Enter") event.preventDefault()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const all = hits()
    const at = all.findIndex((hit) => hit.isSameNode(document.activeElement))
    const isInput = input === document.activeElement
    if (isInput && event.key === "ArrowDown") (all.find((hit) => hit.ariaCurrent === "true") ?? all[0])?.focus()
    else if (at === 0 && event.key === "ArrowUp") input?.focus()
    else if (at >= 0) {
      const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
      if (next === undefined) return
      all[next]?.focus()
    } else return
    event.preventDefault()
  }
  return (
    <search
      ref={(node) => {
        body = node
      }}
      class="search"
      onKeyDown={onKeyDown}
    >
      <form
        class="search-form"
        onSubmit={(event) => {
          event.preventDefault()
          props.ask()
        }}
      >
        <Field
          ref={(node) => {
            input = node
          }}
          type="search"
          label={words().input}
          error={problem()}
          value={props.text}
          onInput={props.setText}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="search"
          end={<IconButton icon="search" label={words().ask} onClick={() => props.ask()} />}
        />
        <Show when={props.here !== undefined}>
          <Choice
            label={words().where}
            name="scope"
            chosen={props.scope}
            onChoose={props.setScope}
            options={[
              { key: "here", label: words().here },
              { key: "all", label: words().all }
            ]}
          />
        </Show>
      </form>
      <SearchResults
        search={props.search}
        list={props.list}
        last={props.last}
        onChoose={props.choose}
        input={() => input}
      />
    </search>
  )
}
