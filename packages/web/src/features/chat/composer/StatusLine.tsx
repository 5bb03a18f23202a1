/** The state of the connection, under the composer where the eye is. Quiet when it is good. */
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from "solid-js"
import { useConversation } from "../conversationModel.ts"
import { connectionLine } from "./connectionLine.ts"

const isGood = (tag: string): boolean => tag === "live" || tag === "syncing"

export const StatusLine = (props: { readonly hint: string }): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
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
  const unsent = () => (now(), app.chat()?.client.inspect().outboxRows ?? 0)
  const line = createMemo(() => {
    const status = app.connection()
    return connectionLine(status, good() ? 0 : now() - since(), now(), good() ? 0 : unsent(), words().connection)
  })
  const run = () => {
    if (line().act === "reload") location.reload()
    else app.chat()?.client.retryNow()
  }
  return (
    <div class="status" data-connection={app.connection()._tag} classList={{ "status-bad": line().text !== "" }}>
      <span class="status-text" role="status">
        {line().text}
      </span>
      <Show when={line().act}>
        {(act) => (
          <button type="button" class="status-act" onClick={run}>
            {act() === "reload" ? words().connection.reload : words().connection.retryNow}
          </button>
        )}
      </Show>
      <Show when={line().text === ""}>
        <span class="status-hint" aria-hidden="true">
          {props.hint}
        </span>
      </Show>
    </div>
  )
}
