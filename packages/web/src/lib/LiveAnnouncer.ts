/**
 * Announcements for screen readers. They are collected for a short while and then spoken together, so that a burst does
 * not talk for minutes.
 */
import { type Accessor, createSignal, onCleanup } from "solid-js"

export const gatherMs = 500
/** Even urgent words wait for the changes of the same turn: a live region that is moved at that time is not spoken. */
export const urgentMs = 100
/** Spoken by then; the text leaves the page, so that nobody finds it there later. */
export const heardMs = 7_000
/** Maximum announcements of one collection. Older ones are dropped, since the newest matters most. */
export const spokenAtOnce = 3

export interface Announcer {
  /** Spoken by screen readers, batched; never shown. */
  readonly say: (text: string) => void
  /** Spoken after `urgentMs`; for failures of sending only. */
  readonly alert: (text: string) => void
}

export interface AnnouncerBox extends Announcer {
  readonly polite: Accessor<string>
  readonly urgent: Accessor<string>
  /**
   * Call before the live regions move, because their text would be spoken again. Waiting announcements are spoken a
   * while later.
   */
  readonly hush: () => void
}

/** Call in a reactive scope; the timers stop when it ends. */
export const createAnnouncer = (): AnnouncerBox => {
  const polite = createVoice(gatherMs)
  const urgent = createVoice(urgentMs)
  return {
    polite: polite.text,
    urgent: urgent.text,
    say: polite.say,
    alert: urgent.say,
    hush: () => {
      polite.hush()
      urgent.hush()
    }
  }
}

const createVoice = (waitMs: number) => {
  const [text, setText] = createSignal("")
  let waiting: ReadonlyArray<string> = []
  let speaking: ReturnType<typeof setTimeout> | undefined
  let clearing: ReturnType<typeof setTimeout> | undefined
  let flip = false
  // Screen readers speak the same words again only if the text changes.
  const fresh = (words: string): string => {
    flip = !flip
    return flip ? words : `${words}\u00a0`
  }
  const stop = () => {
    clearTimeout(speaking)
    clearTimeout(clearing)
  }
  const speak = () => {
    stop()
    speaking = undefined
    setText(fresh(waiting.join(" ")))
    waiting = []
    clearing = setTimeout(() => setText(""), heardMs)
  }
  onCleanup(stop)
  return {
    text,
    say: (words: string) => {
      waiting = [...waiting, words].slice(-spokenAtOnce)
      speaking ??= setTimeout(speak, waitMs)
    },
    hush: () => {
      stop()
      setText("")
      if (speaking !== undefined) speaking = setTimeout(speak, waitMs)
    }
  }
}
