/** What is wrong with a form as a whole, said aloud when it appears. */
import { Show } from "solid-js"
import { Icon } from "./Icon.tsx"
import "./FormProblem.css"

export const FormProblem = (props: { readonly text: string | undefined }) => (
  <div class="form-alert" role="alert">
    <Show when={props.text}>
      {(text) => (
        <p class="form-problem">
          <Icon name="warning" />
          <span>{text()}</span>
        </p>
      )}
    </Show>
  </div>
)
