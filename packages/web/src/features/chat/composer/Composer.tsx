/** The composer for messages. Usable at any time: without a connection, messages wait in the outbox. */

import type { ConversationId } from "@hibiki/core/domain/Ids"
import { hasSign } from "@hibiki/core/domain/Mentions"
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
  Suspense,
  untrack
} from "solid-js"
import { lazy } from "../../../lib/lazy.ts"
import { isolated } from "../../../lib/names.ts"
import { typingNamed } from "../../../model/App.ts"
import { IconButton } from "../../../ui/Button.tsx"
import { focusFirst, isTouched } from "../../../ui/focus.ts"
import { Icon } from "../../../ui/Icon.tsx"
import { ConnectionLine } from "../../connection/ConnectionLine.tsx"
import { isEditable, isMac } from "../../help/keys.ts"
import { useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { replyPreview } from "../text/grammar.ts"
import { composerAct, replaceText } from "./composerKeys.ts"
import { createComposer, isChange, lengthStep, messageLength } from "./createComposer.ts"
import "./composer.css"

const MentionList = lazy(() => import("./MentionList.tsx").then((module) => module.MentionList))

/** `isBack`: it replaces the notice that was shown while the user blocked the other side. */
export const Composer = (props: { readonly members: Members; readonly isBack?: boolean }): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const composer = createComposer(model)
  const length = createMemo(() => messageLength(composer.text()))
  const left = () => length().left ?? 0
  const countId = createUniqueId()
  const editing = () => isChange(model.task())
  // True once the user typed a mention sign where mentions are possible.
  const [signed, setSigned] = createSignal(false)
  const direct = () => (model.summary()?.kind ?? "direct") === "direct"
  let area: HTMLTextAreaElement | undefined
  const fit = () => {
    if (area === undefined || CSS.supports("field-sizing", "content")) return
    area.style.height = "auto"
    area.style.height = `${area.scrollHeight + 2}px`
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const act = composerAct(event, {
      sendKey: app.preferences.sendKey(),
      empty: composer.text() === "",
      busy: model.task().kind !== "post",
      mac: isMac
    })
    if (act === undefined) return
    event.preventDefault()
    composer.act(act)
  }
  createEffect(on(composer.text, fit))
  const lengthText = () => (left() < 0 ? words().composer.over(-left()) : words().composer.left(left()))
  // The count describes the text area, but screen readers do not repeat it during typing. So announce it when little
  // room is left.
  const step = createMemo(() => lengthStep(length()))
  createEffect(on(step, (now, before = now) => now < before && app.announcer.say(untrack(lengthText))))
  takeFromPage(model.id, () => area)
  onMount(() => {
    // On a touch screen the keyboard would cover the messages. When the composer returns after a block, the person may
    // be doing something else.
    if (props.isBack !== true && !isTouched()) area?.focus({ preventScroll: true })
  })
  return (
    <div class="composer">
      <TypingLine />
      <form
        class="composer-box"
        onSubmit={(event) => {
          event.preventDefault()
          composer.act("send")
        }}
      >
        <TaskBar
          onCancel={() => {
            composer.act("cancel")
            area?.focus()
          }}
        />
        <div class="composer-line">
          <textarea
            ref={(node) => {
              area = node
              composer.attach(node)
            }}
            class="composer-text"
            rows="1"
            dir="auto"
            aria-label={words().composer.label(model.title())}
            placeholder={words().composer.placeholder(model.title())}
            aria-invalid={left() < 0}
            aria-describedby={length().left === undefined ? undefined : countId}
            data-pane-focus=""
            enterkeyhint={app.preferences.sendKey() === "enter" ? "send" : "enter"}
            onKeyDown={onKeyDown}
            onInput={(event) => {
              composer.onInput(event.isComposing)
              if (hasSign(composer.text())) setSigned(true)
            }}
            onCompositionStart={() => composer.onInput(true)}
            onCompositionEnd={() => composer.onInput(false)}
          />
          <button
            type="submit"
            class="composer-send"
            aria-label={editing() ? words().composer.save : words().composer.send}
            title={editing() ? words().composer.save : words().composer.send}
            // If the text is too long, a press shows by how much.
            disabled={!length().sendable && left() >= 0}
            // Keep the focus in the text area: a button that takes it would close a phone's keyboard, and is disabled a
            // moment later.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => area?.focus()}
          >
            <Icon name={editing() ? "check" : "send"} />
          </button>
        </div>
        <Show when={signed() && !direct() && area}>
          {(node) => (
            <Suspense>
              <MentionList area={node()} text={composer.text} members={props.members} />
            </Suspense>
          )}
        </Show>
        <Show when={length().left !== undefined}>
          <p id={countId} class="composer-count" classList={{ "composer-over": left() < 0 }}>
            {lengthText()}
          </p>
        </Show>
        <Show when={composer.problem()}>
          {(problem) => (
            <p class="composer-problem" role="alert">
              {problem()}
            </p>
          )}
        </Show>
      </form>
      <ConnectionLine hint={words().composer.hint[app.preferences.sendKey()]} onGone={() => area?.focus()} />
    </div>
  )
}

/** The composer's task: a reply, an edit or a rewrite. */
const TaskBar = (props: { readonly onCancel: () => void }): JSX.Element => {
  const model = useConversation()
  const about = () => {
    const task = model.task()
    const words = model.words()
    switch (task.kind) {
      case "post":
        return undefined
      case "reply": {
        const row = model.row(task.to)
        const title = row === undefined ? words.act.reply : words.composer.replying(model.app.people.name(row.by))
        return { icon: "reply" as const, title, text: replyPreview(row?.text ?? "") }
      }
      case "edit":
        return { icon: "edit" as const, title: words.composer.editing, text: replyPreview(task.text) }
      case "rewrite":
        return { icon: "edit" as const, title: words.composer.editingUnsent, text: replyPreview(task.text) }
    }
  }
  return (
    <Show when={about()}>
      {(bar) => (
        <div class="task">
          <Icon name={bar().icon} small />
          <span class="task-title" dir="auto">
            {bar().title}
          </span>
          <bdi class="task-text">{bar().text}</bdi>
          <IconButton icon="close" label={model.words().act.cancel} onClick={() => props.onCancel()} />
        </div>
      )}
    </Show>
  )
}

/** Shows who is typing. Screen readers do not announce it, because they would never be silent. */
export const TypingLine = (): JSX.Element => {
  const model = useConversation()
  const text = () => {
    const users = model.open.typing()
    return model.words().typing(
      users.slice(0, typingNamed).map((userId) => isolated(model.app.people.name(userId))),
      users.length > typingNamed
    )
  }
  return (
    <div class="typing" aria-hidden="true" data-testid="typing">
      <Show when={text() !== ""}>
        <span class="typing-dots">
          <i />
          <i />
          <i />
        </span>
        <span>{text()}</span>
      </Show>
    </div>
  )
}

// Moves input from elsewhere in the page to the composer: typed letters, dropped texts, a click on its open
// conversation.

/** Call in a reactive scope. `area`: undefined while there is none. */
const takeFromPage = (id: ConversationId, area: () => HTMLTextAreaElement | undefined): void => {
  // The browser then types the letter into the focused element.
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

/** Space is excluded: it scrolls and presses buttons. */
const isLetter = ({ altKey, ctrlKey, isComposing, key, metaKey }: KeyboardEvent): boolean =>
  !isComposing && !ctrlKey && !metaKey && !altKey && key !== " " && [...key].length === 1

/** Whether the target does not use letters itself. A menu uses them to find its items. */
const isFree = (target: EventTarget | null): boolean =>
  !isEditable(target) &&
  !isAside() &&
  !(target instanceof Element && target.closest("select, [popover], [role=menu]") !== null)

/** A modal dialog handles all keys itself. */
const isAside = (): boolean => document.querySelector("dialog:modal") !== null

const droppedText = (data: DataTransfer): string =>
  data.getData("text/plain") ||
  (data
    .getData("text/uri-list")
    .split(/[\r\n]+/)
    .find((line) => !line.startsWith("#")) ??
    "")
