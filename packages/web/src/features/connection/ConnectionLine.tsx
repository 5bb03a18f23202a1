/** The state of the connection in one line, with what can be done about it: under the composer, or above a page without one. Quiet when it is good. */
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { connectionLine } from "./connectionLine.ts"
import "./ConnectionLine.css"

const isGood = (tag: string): boolean => tag === "live" || tag === "syncing"

/** `hint`: stands there while there is nothing to say. */
export const ConnectionLine = (props: { readonly hint?: string }): JSX.Element => {
  const app = useApp()
  const words = () => app.i18n.t().chat.connection
  const good = createMemo(() => isGood(app.connection()._tag))
  const [now, setNow] = createSignal(Date.now())
  const [since, setSince] = createSignal(Date.now())
  createEffect(
    on(good, (is) => {
      if (is) return
      setSince(Date.now())
      setNow(Date.now())
      const timer = setInterval(() => setNow(Date.now()), 500)
      onCleanup(() => clearInterval(timer))
    })
  )
  const unsent = () => (now(), app.keeps() ? (app.chat()?.client.inspect().unsentPosts ?? 0) : 0)
  const line = createMemo(() => {
    const status = app.connection()
    return connectionLine(status, good() ? 0 : now() - since(), now(), good() ? 0 : unsent(), words())
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
          <button type="button" class="status-act" onClick={run}>
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
