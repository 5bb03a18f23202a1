/** A button that opens a menu of actions: arrows, Home, End and first letters move, Enter runs, Esc and Tab close. */
import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js"
import { Icon, type IconName } from "./Icon.tsx"
import "./Button.css"
import "./Menu.css"

export interface MenuItem {
  readonly label: string
  readonly icon?: IconName
  readonly danger?: boolean
  /** For an item that is a switch: whether it is on. */
  readonly checked?: boolean
  readonly run: () => void
}

interface MenuProps {
  /** Names the button and the menu. */
  readonly label: string
  readonly items: ReadonlyArray<MenuItem>
  /** The content of the button. */
  readonly trigger: JSX.Element
  /** A class in place of the icon button's style. */
  readonly triggerClass?: string
  /** Whether `trigger` itself shows the label. */
  readonly labelled?: boolean
}

export const Menu = (props: MenuProps) => {
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  let button: HTMLButtonElement | undefined
  let list: HTMLDivElement | undefined
  const buttons = () => [...(list?.querySelectorAll<HTMLButtonElement>("[role^=menuitem]") ?? [])]
  const close = () => list?.hidePopover()
  const show = (focus: "first" | "last") => {
    setOpen(true)
    list?.showPopover()
    if (button !== undefined && list !== undefined) placeBeside(button, list)
    buttons()
      .at(focus === "first" ? 0 : -1)
      ?.focus()
  }
  const choose = (item: MenuItem) => {
    close()
    // First return the focus to the button, so that the opened dialog can return it there.
    button?.focus()
    item.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const all = buttons()
    const next = nextItem(
      all.map((item) => item.textContent ?? ""),
      all.findIndex((item) => item.isSameNode(document.activeElement)),
      event.key
    )
    if (event.key === "Tab") close()
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    all[next]?.focus()
  }
  return (
    <>
      <button
        ref={(node) => {
          button = node
        }}
        class={props.triggerClass ?? "ui-icon-button"}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open()}
        aria-controls={id}
        aria-label={props.labelled === true ? undefined : props.label}
        title={props.labelled === true ? undefined : props.label}
        onClick={() => (open() ? close() : show("first"))}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
          event.preventDefault()
          show(event.key === "ArrowDown" ? "first" : "last")
        }}
      >
        {props.trigger}
      </button>
      <div
        ref={(node) => {
          list = node
        }}
        id={id}
        class="ui-menu"
        popover="auto"
        role="menu"
        aria-label={props.label}
        tabindex="-1"
        onKeyDown={onKeyDown}
        on:toggle={(event: ToggleEvent) => setOpen(event.newState === "open")}
      >
        {/* Rendered only while it is open, since a page of messages has many menus. Keyed by label, so that a new list
            of items leaves the focus in place. */}
        <For each={open() ? props.items.map(({ label }) => label) : []}>
          {(label) => (
            <Show when={props.items.find((item) => item.label === label)}>
              {(item) => <MenuButton item={item()} onChoose={() => choose(item())} />}
            </Show>
          )}
        </For>
      </div>
    </>
  )
}

const MenuButton = (props: { readonly item: MenuItem; readonly onChoose: () => void }) => (
  <button
    class="ui-menu-item"
    classList={{ "ui-menu-danger": props.item.danger === true }}
    type="button"
    {...(props.item.checked === undefined
      ? { role: "menuitem" }
      : { role: "menuitemcheckbox", "aria-checked": props.item.checked })}
    tabindex="-1"
    onClick={() => props.onChoose()}
  >
    <Show when={props.item.icon}>{(name) => <Icon name={name()} />}</Show>
    <span class="ui-menu-label">{props.item.label}</span>
    <Show when={props.item.checked === true}>
      <Icon name="check" small />
    </Show>
  </button>
)

/** Returns the index that a key leads to within a menu's labels, wrapping at the ends; undefined for other keys. */
export const nextItem = (labels: ReadonlyArray<string>, at: number, key: string): number | undefined => {
  const count = labels.length
  if (count === 0) return undefined
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count
    case "ArrowUp":
      return (Math.max(at, 0) - 1 + count) % count
    case "Home":
      return 0
    case "End":
      return count - 1
  }
  if ([...key].length !== 1 || key === " ") return undefined
  const wanted = key.toLocaleLowerCase()
  for (let step = 1; step <= count; step++) {
    const place = (at + step + count) % count
    if (labels[place]?.trim().toLocaleLowerCase().startsWith(wanted) === true) return place
  }
  return undefined
}

// Places a floating element under its button, or above it without enough space below, and always within the page.

const gap = 4
const margin = 8

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Returns the corner for an element of `size`: the right edges align when the anchor is in the right half. */
export const besideCorner = (
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  page: { readonly width: number; readonly height: number }
): { readonly left: number; readonly top: number } => {
  const wanted = anchor.left + anchor.width / 2 > page.width / 2 ? anchor.left + anchor.width - size.width : anchor.left
  const below = anchor.top + anchor.height + gap
  const above = anchor.top - gap - size.height
  const top = below + size.height <= page.height - margin || above < margin ? below : above
  return { left: within(wanted, size.width, page.width), top: within(top, size.height, page.height) }
}

const within = (start: number, length: number, room: number): number =>
  Math.max(margin, Math.min(start, room - margin - length))

export const placeBeside = (anchor: HTMLElement, floating: HTMLElement): void => {
  const { left, top } = besideCorner(anchor.getBoundingClientRect(), floating.getBoundingClientRect(), {
    width: window.innerWidth,
    height: window.innerHeight
  })
  floating.style.setProperty("left", `${left}px`)
  floating.style.setProperty("top", `${top}px`)
}
