/**
 * The state of the connection in one line, with what can be done about it: under the composer, or above a page without
 * one. Quiet when it is good.
 */

import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show } from "solid-js"
import type { ChatWords } from "../../i18n/chatWords.en.ts"
import { useApp } from "../../model/App.ts"
import { passFocus } from "../../ui/focus.ts"
import "./ConnectionLine.css"

interface ConnectionLineProps {
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

/**
 * What is said of the connection: nothing while it is good or has just gone, a word after a second, the whole after
 * five, and at once where there is no network to connect by. Plain.
 */
const connectionTimes = { wordMs: 1_000, wholeMs: 5_000 } as const

interface ConnectionState {
  readonly text: string
  /**
   * What those who hear the page are told: the same without numbers, which would have it read out whenever they change.
   */
  readonly spoken: string
  readonly act: "retryNow" | "reload" | undefined
}

const quiet: ConnectionState = { text: "", spoken: "", act: undefined }

const said = (text: string, act: ConnectionState["act"], spoken = text): ConnectionState => ({ text, spoken, act })

/** `forMs`: how long it has not been good. */
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
      // As while it waits: a try that begins is not told, and takes no button from who is at it.
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
