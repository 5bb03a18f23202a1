/**
 * A button by which more rows come into a list. It goes with the last of them, and the focus that it had goes on to the
 * first row that it brought.
 */
import type { JSX } from "solid-js"
import { Button, type ButtonProps } from "./Button.tsx"
import { passFocus } from "./passFocus.ts"

export interface MoreButtonProps {
  readonly kind?: NonNullable<ButtonProps["kind"]>
  /** Its children are the rows. */
  readonly list: () => Element | undefined
  readonly onMore: () => void
  readonly children: JSX.Element
}

export const MoreButton = (props: MoreButtonProps) => {
  let before: ReadonlySet<Element> | undefined
  const rows = () => [...(props.list()?.children ?? [])]
  const enter = () => {
    const now = rows()
    // Nothing came where rows went meanwhile: then it is the one that stands nearest.
    const row = now.find((each) => before?.has(each) === false) ?? now.at(-1)
    if (row instanceof HTMLElement) enterRow(row)
  }
  return (
    <Button
      ref={passFocus(enter)}
      kind={props.kind ?? "plain"}
      onClick={() => {
        before = new Set(rows())
        props.onMore()
      }}
    >
      {props.children}
    </Button>
  )
}

/** To the first of what can be done with it, or to the row itself. */
const enterRow = (row: HTMLElement): void => {
  const first = row.querySelector<HTMLElement>("a[href], button")
  if (first === null) row.tabIndex = -1
  ;(first ?? row).focus()
}
