/** Why a change of the conversation was not done, said aloud when it appears. Nothing while there is no reason. */
import { type JSX, Show } from "solid-js"
import type { Change } from "./createChange.ts"

export const ChangeProblem = (props: { readonly of: Change }): JSX.Element => (
  <Show when={props.of.problem()}>
    {(text) => (
      <p class="details-problem" role="alert">
        {text()}
      </p>
    )}
  </Show>
)
