/**
 * A long message that shows its first lines until it is unfolded. The page contains all of it, so that the browser's
 * search finds text there and unfolds it.
 */
import { createEffect, createSignal, createUniqueId, type JSX, on, Show } from "solid-js"
import { Icon } from "../../../ui/Icon.tsx"
import { type ConversationModel, useConversation } from "../conversationModel.ts"
import { FormattedText } from "../text/FormattedText.tsx"
import "./rows.css"

/** Texts of up to this many lines are not folded. A folded text shows half of them. */
const shortLines = 20
/** The number of narrow letters on a line, at the maximum width that the styles allow. */
const lineWidth = 72
/**
 * Widths, in narrow letters beyond the usual count, of a character that is a whole sentence and of cuneiform signs.
 * Measured in the fonts that draw them.
 */
const widest = { "\ufdfd": 23 } as Readonly<Record<string, number>>
const signLetters = 4
const isWidest = /[\ufdfd\u{12000}-\u{1254f}]/gu
const wide = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\p{Extended_Pictographic}]/gu

/** Estimates how many lines the text takes on a wide screen, counted no further than the bound. */
export const isLong = (text: string): boolean => {
  if (text.length <= shortLines) return false
  let lines = 0
  for (const line of text.split("\n", shortLines + 1)) {
    lines += Math.max(1, Math.ceil((line.length + (line.match(wide)?.length ?? 0) + beyond(line)) / lineWidth))
    if (lines > shortLines) return true
  }
  return false
}

const beyond = (line: string): number =>
  (line.match(isWidest) ?? []).reduce((sum, char) => sum + (widest[char] ?? signLetters), 0)

/** Unfolded texts stay unfolded while their conversation is open, even when scrolled out of view. */
const unfolded = new WeakMap<ConversationModel, Set<string>>()

export interface FoldedTextProps {
  readonly text: string
  /** The key of its row. */
  readonly key: string
  /** The user jumped to this message. */
  readonly wanted: boolean
}

export const FoldedText = (props: FoldedTextProps): JSX.Element => {
  const model = useConversation()
  const id = createUniqueId()
  const keys = unfolded.get(model) ?? new Set()
  unfolded.set(model, keys)
  const [open, setOpen] = createSignal(keys.has(props.key))
  let button: HTMLButtonElement | undefined
  const unfold = () => {
    if (open()) return
    // The text that the person reads stays in place. At the timeline's end too, which the view follows otherwise.
    model.hands.stay()
    keys.add(props.key)
    setOpen(true)
  }
  const take = () => {
    if (document.activeElement === document.body) button?.focus({ preventScroll: true })
  }
  const fold = () => {
    const isHere = document.activeElement === button
    const article = button?.closest("article")
    const feed = article?.closest("[role=feed]")
    // After folding only the beginning of the message is visible, so scroll to it.
    if (article && feed && article.getBoundingClientRect().top < feed.getBoundingClientRect().top) {
      article.scrollIntoView({ block: "start" })
      feed.dispatchEvent(new Event("scroll"))
    }
    keys.delete(props.key)
    setOpen(false)
    if (!isHere) return
    // The list moves rows as it draws others, and an element that moves loses the focus.
    take()
    requestAnimationFrame(take)
  }
  createEffect(
    on(
      () => props.wanted,
      (isWanted) => isWanted && unfold()
    )
  )
  return (
    <div class="folding" classList={{ "folding-folded": !open() }}>
      {/* A link that gets the focus in the folded part scrolls it. So does a hit of the browser's own search. */}
      <div
        id={id}
        class="folding-text"
        onFocusIn={unfold}
        onScroll={({ currentTarget }) => {
          currentTarget.scrollTop = 0
          unfold()
        }}
      >
        <FormattedText text={props.text} />
      </div>
      <button
        ref={(node) => {
          button = node
        }}
        type="button"
        class="folding-button ui-reach"
        tabindex="-1"
        aria-expanded={open()}
        aria-controls={id}
        onClick={() => (open() ? fold() : unfold())}
      >
        <Show when={open()} fallback={model.words().act.showMore}>
          {model.words().act.showLess}
        </Show>
        <Icon name={open() ? "up" : "down"} small />
      </button>
    </div>
  )
}
