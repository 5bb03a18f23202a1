/**
 * Words for those who hear the page: gathered for a short while, then spoken together, so that a burst does not talk
 * for minutes.
 */
import { type Accessor, createSignal, onCleanup } from "solid-js"

export const gatherMs = 500
/** What can't wait still waits for what is done in the same turn: a region that is moved then would not be heard. */
export const urgentMs = 100
/** Spoken by then, and gone from the page: nobody is to come upon it there later. */
export const heardMs = 7_000
/** Of one gathering: what was said before that is dropped, for the newest matters most. */
export const spokenAtOnce = 3

export interface Announcer {
  /** Spoken by screen readers, batched; never shown. */
  readonly say: (text: string) => void
  /** At once; for failures of sending only. */
  readonly alert: (text: string) => void
}

export interface AnnouncerBox extends Announcer {
  readonly polite: Accessor<string>
  readonly urgent: Accessor<string>
  /**
   * Before the regions are moved: what stands in them would be spoken again. What still waits is spoken a while after.
   */
  readonly hush: () => void
}

/** Call in a reactive scope: its end stops the timers. */
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
  // The same words twice are spoken twice only if the text changes.
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
