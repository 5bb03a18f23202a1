/** Under what was found: that nothing was, why no answer came, how far was looked, and the way further back. */
import { Match, Show, Switch } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { passFocus } from "../../ui/passFocus.ts"
import { Spinner } from "../../ui/Spinner.tsx"
import { callProblem } from "../conversations/callProblem.ts"
import { hitsAtMost, type Searched } from "./createSearch.ts"
import { percentAbove } from "./searchRules.ts"
import { useFindWords } from "./useFindWords.ts"

export interface SearchEndingProps {
  readonly state: Searched
  readonly further: () => void
  /** The button that had the focus is gone; so many were shown when it was pressed. */
  readonly onGone: (count: number) => void
}

export const SearchEnding = (props: SearchEndingProps) => {
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
