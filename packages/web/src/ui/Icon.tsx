/** One icon of the page's own set, in the colour of the text around it. Decorative: its control has the name. */
import { For } from "solid-js"
import "./icon.css"

export const Icon = (props: { readonly name: IconName; readonly small?: boolean }) => (
  <svg class="ui-icon" classList={{ "ui-icon-small": props.small === true }} viewBox="0 0 20 20" aria-hidden="true">
    <For each={iconPaths[props.name]}>
      {(path) => (path.startsWith(".") ? <path class="ui-icon-filled" d={path.slice(1)} /> : <path d={path} />)}
    </For>
  </svg>
)

/** The product's mark: arcs that spread from a dot, a voice in a quiet room. As large as the text around it. */
export const Mark = (props: { readonly class?: string }) => (
  <svg class={`ui-mark ${props.class ?? ""}`} viewBox="0 0 48 48" aria-hidden="true">
    <circle class="ui-mark-dot" cx="14" cy="34" r="4.5" />
    <path class="ui-mark-near" d="M14 23a11 11 0 0 1 11 11" />
    <path class="ui-mark-middle" d="M14 14a20 20 0 0 1 20 20" />
    <path class="ui-mark-far" d="M14 5a29 29 0 0 1 29 29" />
  </svg>
)

/** The strokes of the icon set: a 20 px grid, 1.5 px lines, round ends. A path that begins with "." is filled. */
const iconPaths = {
  plus: ["M10 4v12M4 10h12"],
  close: ["M5 5l10 10M15 5L5 15"],
  check: ["M4 10.5l4 4 8-9"],
  checks: ["M1.5 10.5l4 4 7-9", "M9.5 14l.5.5 8-9"],
  clock: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", "M10 6.2V10l2.6 1.8"],
  warning: ["M10 3.2l7.2 12.6H2.8z", "M10 8.2v3.6M10 13.8v.1"],
  info: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", "M10 9v4.6M10 6.4v.1"],
  search: ["M8.8 3.5a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6z", "M12.7 12.7l4 4"],
  settings: [
    "M10 7.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z",
    "M10 2.6v2M10 15.4v2M2.6 10h2M15.4 10h2M4.8 4.8l1.4 1.4M13.8 13.8l1.4 1.4M15.2 4.8l-1.4 1.4M6.2 13.8l-1.4 1.4"
  ],
  back: ["M12 4l-6 6 6 6"],
  forward: ["M8 4l6 6-6 6"],
  down: ["M4 8l6 6 6-6"],
  up: ["M4 12l6-6 6 6"],
  arrowDown: ["M10 4v12M4.8 10.8L10 16l5.2-5.2"],
  more: [
    ".M10 3.6a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zM10 8.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zM10 13.8a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z"
  ],
  menu: ["M3.5 5.5h13M3.5 10h13M3.5 14.5h13"],
  send: ["M3.2 10L16.8 3.6 12.4 16.6 9.3 11z", "M9.3 11l7.5-7.4"],
  edit: ["M4 16l.8-3.4 8.4-8.4a1.6 1.6 0 0 1 2.4 2.4l-8.4 8.4z", "M11.8 5.8l2.4 2.4"],
  trash: ["M3.8 5.6h12.4M8 5.4V3.6h4v1.8", "M5.2 5.8l.7 10.6h8.2l.7-10.6M8.4 8.6v5M11.6 8.6v5"],
  reply: ["M8 4.6L3.4 9.2 8 13.8", "M3.8 9.2h7.4a5 5 0 0 1 5 5v1.4"],
  smile: ["M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", "M7 11.6a3.4 3.4 0 0 0 6 0M7.4 8v.1M12.6 8v.1"],
  copy: ["M7.4 7.4h8.4v8.8H7.4z", "M12.4 4.2H4.2v8.8"],
  retry: ["M15.8 7.2A6.4 6.4 0 1 0 16.4 11", "M16.2 3.6v3.8h-3.8"],
  pin: ["M7 3.6h6l-.8 5 2.6 2.6H5.2l2.6-2.6z", "M10 11.4v5.2"],
  person: ["M10 3.4a3.1 3.1 0 1 0 0 6.2 3.1 3.1 0 0 0 0-6.2z", "M3.9 16.6a6.2 6.2 0 0 1 12.2 0"],
  people: [
    "M7.6 4a2.7 2.7 0 1 0 0 5.4A2.7 2.7 0 0 0 7.6 4z",
    "M2.4 16a5.3 5.3 0 0 1 10.4 0M12.6 4.2a2.7 2.7 0 0 1 0 5M14.6 11.6a5.3 5.3 0 0 1 3 4.4"
  ],
  channel: ["M8 3.4L6.4 16.6M13.6 3.4L12 16.6M3.8 7.4h13M3.2 12.6h13"],
  note: ["M4.4 3.4h11.2v9.2l-4 4H4.4z", "M11.4 16.4v-4h4M7.2 7h5.6M7.2 10h3"],
  bell: ["M5.2 13.8V9a4.8 4.8 0 0 1 9.6 0v4.8l1.2 1.4H4z", "M8.4 17.2h3.2"],
  muted: ["M3.6 3.6l12.8 12.8M6.6 5.6a4.8 4.8 0 0 1 8.2 3.4v3.4M5.2 8.6v5.2L4 15.2h10.6", "M8.4 17.2h3.2"],
  unread: [
    "M16.6 9.4v4.2a1.6 1.6 0 0 1-1.6 1.6H8.4L4.6 18v-2.8a1.6 1.6 0 0 1-1.4-1.6V6.4a1.6 1.6 0 0 1 1.6-1.6h5.6",
    ".M15.4 2.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"
  ],
  chat: [
    "M3.4 5.8A1.8 1.8 0 0 1 5.2 4h9.6a1.8 1.8 0 0 1 1.8 1.8v6.4a1.8 1.8 0 0 1-1.8 1.8H9l-3.8 3v-3a1.8 1.8 0 0 1-1.8-1.8z"
  ],
  moon: ["M16.2 11.8A6.8 6.8 0 0 1 8.2 3.8a6.6 6.6 0 1 0 8 8z"],
  sun: [
    "M10 6.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z",
    "M10 2.4v1.4M10 16.2v1.4M2.4 10h1.4M16.2 10h1.4M4.6 4.6l1 1M14.4 14.4l1 1M15.4 4.6l-1 1M5.6 14.4l-1 1"
  ],
  browser: ["M3 4.4h14v11.2H3z", "M3 7.6h14M5.4 6v.1M7.6 6v.1"],
  terminal: ["M3 4.4h14v11.2H3z", "M6 8l2.4 2L6 12M10.6 12.4h3.4"],
  bot: ["M4.4 8h11.2v7.8H4.4z", "M10 8V4.8M10 4.6v.1M7.8 11.4v.8M12.2 11.4v.8M2.4 10.6v2.4M17.6 10.6v2.4"],
  eye: [
    "M2.4 10S5 4.8 10 4.8 17.6 10 17.6 10 15 15.2 10 15.2 2.4 10 2.4 10z",
    "M10 7.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"
  ],
  eyeOff: [
    "M3.6 3.6l12.8 12.8M8 5.1a8 8 0 0 1 2-.3c5 0 7.6 5.2 7.6 5.2a13 13 0 0 1-2.1 2.8M5.4 6.8A12.6 12.6 0 0 0 2.4 10S5 15.2 10 15.2a7.6 7.6 0 0 0 3.4-.8",
    "M8.3 8.3a2.4 2.4 0 0 0 3.4 3.4"
  ],
  keyboard: ["M2.6 5.4h14.8v9.2H2.6z", "M5.4 8.2v.1M8.4 8.2v.1M11.4 8.2v.1M14.4 8.2v.1M6.6 11.8h6.8"],
  signOut: ["M11.4 4H4.6v12h6.8", "M8.6 10h8.2M13.8 6.8L17 10l-3.2 3.2"],
  link: [
    "M8.4 11.6a3 3 0 0 0 4.4 0l2.6-2.6a3.1 3.1 0 0 0-4.4-4.4l-1 1",
    "M11.6 8.4a3 3 0 0 0-4.4 0L4.6 11a3.1 3.1 0 0 0 4.4 4.4l1-1"
  ],
  globe: [
    "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
    "M3 10h14M10 3c2 2 2.8 4.4 2.8 7S12 15 10 17c-2-2-2.8-4.4-2.8-7S8 5 10 3z"
  ],
  lock: ["M4.8 9h10.4v7.4H4.8z", "M7 9V6.6a3 3 0 0 1 6 0V9"],
  board: ["M3.4 3.4v13.2h13.2", "M6.4 13l3-3.6 2.6 2 4-5.4"],
  attach: ["M15.6 9.4l-5.6 5.6a3.4 3.4 0 0 1-4.8-4.8l6-6a2.3 2.3 0 0 1 3.2 3.2l-5.8 5.8a1.1 1.1 0 0 1-1.6-1.6l5.2-5.2"],
  add: ["M8.4 3.6a3 3 0 1 0 0 6 3 3 0 0 0 0-6z", "M2.6 16.4a6 6 0 0 1 11.6 0M15.4 6.4v5M12.9 8.9h5"],
  shield: ["M10 2.8l6 2.2v4.6c0 3.6-2.4 6.2-6 7.6-3.6-1.4-6-4-6-7.6V5z"],
  cloudOff: ["M3.6 3.6l12.8 12.8M7.6 5.2a4.6 4.6 0 0 1 6.8 3 3.6 3.6 0 0 1 2.2 5.6M5.4 7.6a3.7 3.7 0 0 0 .4 7.4h8"]
} as const satisfies Record<string, ReadonlyArray<string>>

export type IconName = keyof typeof iconPaths
