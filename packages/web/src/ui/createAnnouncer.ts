/** Words for those who hear the page: gathered for a short while, then spoken together, so that a burst does not talk for minutes. */
import { type Accessor, createSignal, onCleanup } from "solid-js"
import type { Announcer } from "../app/App.ts"

export const gatherMs = 500
/** Of one gathering: what was said before that is dropped, for the newest matters most. */
export const spokenAtOnce = 3

export interface AnnouncerBox extends Announcer {
  readonly polite: Accessor<string>
  readonly urgent: Accessor<string>
}

/** Call in a reactive scope: its end stops the timers. */
export const createAnnouncer = (): AnnouncerBox => {
  const [polite, setPolite] = createSignal("")
  const [urgent, setUrgent] = createSignal("")
  let waiting: ReadonlyArray<string> = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let flip = false
  // The same words twice are spoken twice only if the text changes.
  const fresh = (text: string): string => {
    flip = !flip
    return flip ? text : `${text}\u00a0`
  }
  onCleanup(() => clearTimeout(timer))
  return {
    polite,
    urgent,
    say: (text) => {
      waiting = [...waiting, text].slice(-spokenAtOnce)
      timer ??= setTimeout(() => {
        timer = undefined
        setPolite(fresh(waiting.join(" ")))
        waiting = []
      }, gatherMs)
    },
    alert: (text) => setUrgent(fresh(text))
  }
}
