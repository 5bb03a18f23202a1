/**
 * A link to the page above this one. It is the browser's "back" where that leads there, and else takes this page's
 * place: a new entry would lead whoever presses the system's "back" forward again.
 */
import { A, type AnchorProps } from "@solidjs/router"
import { splitProps } from "solid-js"
import { goBack } from "../lib/goBack.ts"

/** `forward`: for now it leads on, as other links do. */
export const BackLink = (props: Omit<AnchorProps, "onClick" | "replace"> & { readonly forward?: boolean }) => {
  const [own, rest] = splitProps(props, ["forward"])
  const onClick = (event: MouseEvent) => {
    if (own.forward !== true && isPlain(event) && goBack(rest.href)) event.preventDefault()
  }
  return <A {...rest} replace={own.forward === true ? undefined : true} onClick={onClick} />
}

/** Else it opens elsewhere, and this page stays. */
const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
