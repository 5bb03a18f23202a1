/** A component whose code is fetched when it is first shown, and until it is here. */
import { type Component, type ComponentProps, lazy } from "solid-js"
import { persistently } from "./persistently.ts"

export const later = <Props extends ComponentProps<Component>>(load: () => Promise<Component<Props>>) =>
  lazy(() => persistently(load).then((component) => ({ default: component })))
