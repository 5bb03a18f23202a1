/** What is wrong with a form as a whole, said aloud when it appears. */
import { Show } from "solid-js"
import { Icon } from "./Icon.tsx"
import "./FormProblem.css"

/** `seen`: stands there for the eye in place of the text, and may change without a word. */
export const FormProblem = (props: { readonly text: string | undefined; readonly seen?: string | undefined }) => (
  <div class="form-alert" role="alert">
    <Show when={props.text}>
      {(text) => (
        <p class="form-problem">
          <Icon name="warning" />
          <Show when={props.seen} fallback={<span>{text()}</span>}>
            {(seen) => (
              <>
                <span aria-hidden="true">{seen()}</span>
                <span class="only-heard">{text()}</span>
              </>
            )}
          </Show>
        </p>
      )}
    </Show>
  </div>
)
