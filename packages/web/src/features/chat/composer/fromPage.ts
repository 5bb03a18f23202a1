/**
 * Brings to the composer what a person does elsewhere in the page and means for it: typed letters, dropped texts, a
 * press on its open conversation.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { onCleanup, onMount } from "solid-js"
import { isEditable } from "../../../lib/isEditable.ts"
import { focusFirst } from "../../../ui/focusFirst.ts"
import { replaceText } from "./replaceText.ts"

/** Call in a reactive scope. `area`: undefined while there is none. */
export const takeFromPage = (id: ConversationId, area: () => HTMLTextAreaElement | undefined): void => {
  // The browser types the letter into what has the focus after this.
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.defaultPrevented && isLetter(event) && isFree(event.target)) area()?.focus({ preventScroll: true })
  }
  const onClick = ({ target }: MouseEvent) => {
    const field = area()
    if (field !== undefined && target instanceof Element && target.closest(`[data-conversation="${id}"]`) !== null)
      focusFirst(field)
  }
  let isOwnDrag = false
  const onDragStart = () => {
    isOwnDrag = true
  }
  const onDragEnd = () => {
    isOwnDrag = false
  }
  const onDrop = ({ dataTransfer, target }: DragEvent) => {
    const field = area()
    const text = dataTransfer === null || dataTransfer.files.length > 0 ? "" : droppedText(dataTransfer)
    if (field === undefined || text === "" || isOwnDrag || isEditable(target) || isAside()) return
    replaceText(field, field.selectionStart, field.selectionEnd, text)
  }
  const listeners = { keydown: onKeyDown, click: onClick, dragstart: onDragStart, dragend: onDragEnd, drop: onDrop }
  onMount(() => {
    for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener as EventListener)
  })
  onCleanup(() => {
    for (const [name, listener] of Object.entries(listeners))
      document.removeEventListener(name, listener as EventListener)
  })
}

/** Space scrolls and presses buttons. */
const isLetter = ({ altKey, ctrlKey, isComposing, key, metaKey }: KeyboardEvent): boolean =>
  !isComposing && !ctrlKey && !metaKey && !altKey && key !== " " && [...key].length === 1

/** Whether the target has no use for letters. A menu looks its items up by them. */
const isFree = (target: EventTarget | null): boolean =>
  !isEditable(target) &&
  !isAside() &&
  !(target instanceof Element && target.closest("select, [popover], [role=menu]") !== null)

/** A dialog has the keyboard to itself. */
const isAside = (): boolean => document.querySelector("dialog:modal") !== null

const droppedText = (data: DataTransfer): string =>
  data.getData("text/plain") ||
  (data
    .getData("text/uri-list")
    .split(/[\r\n]+/)
    .find((line) => !line.startsWith("#")) ??
    "")
