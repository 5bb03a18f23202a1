/**
 * A person's or a conversation's avatar: initials on a tint of its own, with a presence dot if the presence is known.
 * The name stands beside it.
 */
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { createEffect, createSignal, on, Show } from "solid-js"
import { useKit } from "./KitContext.ts"
import "./Avatar.css"

interface AvatarProps {
  readonly userId: string
  readonly name: string
  /** Pixels; 36 when left out. */
  readonly size?: number
  readonly presence?: UserPresence["state"] | undefined
  /** The label in place of a hidden presence: only for the user themselves. */
  readonly invisibleLabel?: string | undefined
}

export const Avatar = (props: AvatarProps) => (
  <span class="ui-avatar" style={{ "--size": `${props.size ?? 36}px` }} data-tint={tintOf(props.userId)}>
    <span class="ui-avatar-face" aria-hidden="true">
      {initials(props.name)}
    </span>
    <Show when={props.invisibleLabel ?? props.presence}>
      <Show when={props.invisibleLabel} fallback={<KnownDot state={props.presence ?? "offline"} />}>
        {(label) => <PresenceDot state="offline" label={label()} />}
      </Show>
    </Show>
  </span>
)

const KnownDot = (props: { readonly state: UserPresence["state"] }) => {
  const kit = useKit()
  return <PresenceDot state={props.state} label={kit().presence[props.state]} />
}

/** A person's presence as a small dot: full, half, hollow. When they come online, one ring expands, once. */
interface PresenceDotProps {
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

// An avatar without a picture: one or two letters, and one of eight tints that stays with the person.

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Letters of two words in scripts that separate words, otherwise the first grapheme of the name. */
export const initials = (name: string): string => {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => word !== "")
  const first = words[0] === undefined ? "" : firstSign(words[0])
  const last = words.length > 1 ? firstSign(words.at(-1) ?? "") : ""
  return (
    /^\p{Script=Latin}$/u.test(first) && /^\p{Script=Latin}$/u.test(last) ? first + last : first
  ).toLocaleUpperCase()
}

const firstSign = (word: string): string => segmenter.segment(word)[Symbol.iterator]().next().value?.segment ?? ""

const tints = 8

/** Ids are random, so that a plain sum spreads well. */
export const tintOf = (id: string): number => {
  let sum = 0
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0
  return sum % tints
}
