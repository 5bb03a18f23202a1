/** Whether somebody is there, as a small dot: full, half, hollow. When somebody comes, one ring goes outward, once. */
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { createEffect, createSignal, on } from "solid-js"
import "./Avatar.css"

export interface PresenceDotProps {
  readonly state: UserPresence["state"]
  readonly label: string
}

export const PresenceDot = (props: PresenceDotProps) => {
  const [came, setCame] = createSignal(false)
  createEffect(
    on(
      () => props.state,
      (state, before) => setCame(before !== undefined && before !== "active" && state === "active")
    )
  )
  return (
    <span
      class="ui-presence"
      classList={{ "ui-presence-came": came() }}
      role="img"
      aria-label={props.label}
      title={props.label}
      data-presence={props.state}
      onAnimationEnd={() => setCame(false)}
    />
  )
}
