/**
 * The state of the connection in one line, with what can be done about it: under the composer, or above a page without
 * one. Quiet when it is good.
 */
import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { passFocus } from "../../ui/passFocus.ts"
import { connectionLine } from "./connectionLine.ts"
import "./ConnectionLine.css"

export interface ConnectionLineProps {
  /** Stands there while there is nothing to say. */
  readonly hint?: string
  /** Takes the focus of the button, which goes once the connection is back: the page's main part when left out. */
  readonly onGone?: (() => void) | undefined
}

export const ConnectionLine = (props: ConnectionLineProps): JSX.Element => {
  const app = useApp()
  const words = () => app.i18n.t().chat.connection
  const [beat, setBeat] = createSignal(0)
  createEffect(() => {
    if (app.connectionSince() === undefined) return
    // Seconds count down, and messages come to wait.
    const timer = setInterval(() => setBeat((beats) => beats + 1), 500)
    onCleanup(() => clearInterval(timer))
  })
  const line = createMemo(() => {
    beat()
    const since = app.connectionSince()
    const forMs = since === undefined ? 0 : performance.now() - since
    const unsent = since !== undefined && app.keeps() ? (app.chat()?.client.inspect().unsentPosts ?? 0) : 0
    return connectionLine(app.connection(), forMs, Date.now(), unsent, words())
  })
  const run = () => {
    if (line().act === "reload") location.reload()
    else app.chat()?.client.retryNow()
  }
  return (
    <div class="status" data-connection={app.connection()._tag} classList={{ "status-bad": line().text !== "" }}>
      <span class="status-text">{line().text}</span>
      <span class="only-heard" role="status">
        {line().spoken}
      </span>
      <Show when={line().act}>
        {(act) => (
          <button
            ref={passFocus(props.onGone ?? (() => document.getElementById("main")?.focus()))}
            type="button"
            class="status-act"
            onClick={run}
          >
            {act() === "reload" ? words().reload : words().retryNow}
          </button>
        )}
      </Show>
      <Show when={props.hint !== undefined && line().text === ""}>
        <span class="status-hint" aria-hidden="true">
          {props.hint}
        </span>
      </Show>
    </div>
  )
}
