/** In a quote, in place of what somebody wrote whom one blocks: what it is, and that a press shows it. */
import type { JSX } from "solid-js"
import { useApp } from "../../model/App.ts"
import { blockingWords } from "./blockingWords.ts"
import "./blocking.css"

export const BlockedQuote = (): JSX.Element => {
  const { i18n } = useApp()
  const words = () => blockingWords[i18n.language()]
  return (
    <>
      <span class="quote-text">{words().message}</span> <span class="quote-show">{words().show}</span>
    </>
  )
}
