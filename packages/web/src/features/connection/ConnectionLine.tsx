/**
 * The state of the connection in one line, with a button to act on it. Under the composer, or above a page without one.
 * Empty while the connection is good.
 */

import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show } from "solid-js"
import type { ChatWords } from "../../i18n/chatWords.en.ts"
import { useApp } from "../../model/App.ts"
import { passFocus } from "../../ui/focus.ts"
import "./ConnectionLine.css"

interface ConnectionLineProps {
  /** Shown while there is no state to show. */
  readonly hint?: string
  /**
   * Gets the focus of the button, which disappears once the connection is restored; by default the page's main part.
   */
  readonly onGone?: (() => void) | undefined
}

export const ConnectionLine = (props: ConnectionLineProps): JSX.Element => {
  const app = useApp()
  const words = () => app.i18n.t().chat.connection
  const [beat, setBeat] = createSignal(0)
  createEffect(() => {
    if (app.connectionSince() === undefined) return
    // Seconds count down, and the number of unsent messages changes.
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

/**
 * When the connection line appears. It is empty while the connection is good and in the first second after a loss. Then
 * it shows a short text, and after five seconds the full text. Without a network the full text comes after one second.
 * Plain.
 */
const connectionTimes = { wordMs: 1_000, wholeMs: 5_000 } as const

interface ConnectionState {
  readonly text: string
  /** The text for screen readers: without numbers, because they would read it out at each change. */
  readonly spoken: string
  readonly act: "retryNow" | "reload" | undefined
}

const quiet: ConnectionState = { text: "", spoken: "", act: undefined }

const said = (text: string, act: ConnectionState["act"], spoken = text): ConnectionState => ({ text, spoken, act })

/** `forMs`: how long the connection has not been good. */
export const connectionLine = (
  status: ConnectionStatus,
  forMs: number,
  now: number,
  unsent: number,
  words: ChatWords["connection"]
): ConnectionState => {
  switch (status._tag) {
    case "live":
    case "syncing":
      return quiet
    case "stopped":
      return said(
        words.stopped[status.reason],
        status.reason === "revoked" || status.reason === "signedOut" ? undefined : "reload"
      )
    default:
  }
  if (forMs < connectionTimes.wordMs) return quiet
  if (forMs < connectionTimes.wholeMs && status._tag !== "offline") return said(words.connecting, undefined)
  const kept = unsent === 0 ? "" : ` ${words.unsent(unsent)}`
  switch (status._tag) {
    case "connecting":
      // The same as while waiting: a new attempt is not announced, and the button stays for a user who is about to
      // press it.
      return said(words.connecting + kept, "retryNow", words.notConnected)
    case "offline":
      return said(words.offline + kept, "retryNow", words.offline)
    case "waiting":
      return said(
        words.waiting(Math.max(1, Math.ceil((status.until - now) / 1_000))) + kept,
        "retryNow",
        words.notConnected
      )
  }
}
