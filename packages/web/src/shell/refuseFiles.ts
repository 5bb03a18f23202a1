/**
 * Files can't be sent yet: says so where one is dropped or pasted, and keeps the browser from opening what is dropped
 * in place of the page.
 */
import { onCleanup } from "solid-js"
import { isEditable } from "../lib/isEditable.ts"
import type { App } from "../model/App.ts"

/** Call in a reactive scope. */
export const refuseFiles = ({ i18n, toasts }: Pick<App, "i18n" | "toasts">): void => {
  const isFile = (data: DataTransfer | null) => data?.types.includes("Files") === true
  const tell = () => toasts.show({ text: i18n.t().app.noFiles })
  const onDragOver = (event: DragEvent) => {
    // Fields take dropped text by themselves.
    if (isFile(event.dataTransfer) || !isEditable(event.target)) event.preventDefault()
  }
  const onDrop = (event: DragEvent) => {
    onDragOver(event)
    if (isFile(event.dataTransfer)) tell()
  }
  const onPaste = ({ clipboardData }: ClipboardEvent) => {
    // Programs copy tables as text and as a picture: the text is pasted.
    if (isFile(clipboardData) && clipboardData?.getData("text/plain") === "") tell()
  }
  window.addEventListener("dragover", onDragOver)
  window.addEventListener("drop", onDrop)
  window.addEventListener("paste", onPaste)
  onCleanup(() => {
    window.removeEventListener("dragover", onDragOver)
    window.removeEventListener("drop", onDrop)
    window.removeEventListener("paste", onPaste)
  })
}
