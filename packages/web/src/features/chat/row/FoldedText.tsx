/**
 * A long message, of which the first lines are shown until it is unfolded. All of it is in the page: it can be found
 * there, and unfolds where it is.
 */
import { createEffect, createSignal, createUniqueId, type JSX, on, Show } from "solid-js"
import { Icon } from "../../../ui/Icon.tsx"
import { type ConversationModel, useConversation } from "../conversationModel.ts"
import { FormattedText } from "../text/FormattedText.tsx"
import "./rows.css"

/** Texts of up to so many lines are short. What is folded shows half of them. */
const shortLines = 20
/** A line's narrow letters, as wide as the styles let it be. */
const lineWidth = 72
/**
 * Letters more than what a character counts for: one that is a sentence, and cuneiform signs. Measured in the fonts
 * that draw them.
 */
const widest = { "\ufdfd": 23 } as Readonly<Record<string, number>>
const signLetters = 4
const isWidest = /[\ufdfd\u{12000}-\u{1254f}]/gu
const wide = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\p{Extended_Pictographic}]/gu

/** About how many lines it takes where there is room, counted no further than matters. */
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

/** What was unfolded stays so while its conversation is open, wherever one scrolls. */
const unfolded = new WeakMap<ConversationModel, Set<string>>()

export interface FoldedTextProps {
  readonly text: string
  /** Of its row. */
  readonly key: string
  /** Somebody was led here. */
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
    // What is read stays where it is: at the end, too, which is followed otherwise.
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
    // Its beginning is what is left to see.
    if (article && feed && article.getBoundingClientRect().top < feed.getBoundingClientRect().top) {
      article.scrollIntoView({ block: "start" })
      feed.dispatchEvent(new Event("scroll"))
    }
    keys.delete(props.key)
    setOpen(false)
    if (!isHere) return
    // The list moves rows as it draws others, and what is moved loses the focus.
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
      {/* A link that gets the focus in what is folded, and what the browser's own search leads to, move it. */}
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
