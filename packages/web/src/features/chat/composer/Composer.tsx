/** Where messages are written. Usable at any time: what is written without a connection waits for it. */
import { hasSign } from "@hibiki/core/domain/Mentions"
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  type JSX,
  on,
  onMount,
  Show,
  Suspense,
  untrack
} from "solid-js"
import { isMac } from "../../../lib/isMac.ts"
import { later } from "../../../lib/later.ts"
import { isTouched } from "../../../ui/focusFirst.ts"
import { Icon } from "../../../ui/Icon.tsx"
import { ConnectionLine } from "../../connection/ConnectionLine.tsx"
import { useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { composerAct } from "./composerKeys.ts"
import { createComposer } from "./createComposer.ts"
import { isChange } from "./createWriting.ts"
import { takeFromPage } from "./fromPage.ts"
import { lengthStep, messageLength } from "./messageLength.ts"
import { TaskBar } from "./TaskBar.tsx"
import { TypingLine } from "./TypingLine.tsx"
import "./composer.css"

const MentionList = later(() => import("./MentionList.tsx").then((module) => module.MentionList))

/** `isBack`: it was away while one blocked the other side. */
export const Composer = (props: { readonly members: Members; readonly isBack?: boolean }): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const composer = createComposer(model)
  const length = createMemo(() => messageLength(composer.text()))
  const left = () => length().left ?? 0
  const countId = createUniqueId()
  const editing = () => isChange(model.task())
  // Once a sign was typed where others may be mentioned.
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
  // The text is described by the count, which is not read again while one writes: it is said where it becomes pressing.
  const step = createMemo(() => lengthStep(length()))
  createEffect(on(step, (now, before = now) => now < before && app.announcer.say(untrack(lengthText))))
  takeFromPage(model.id, () => area)
  onMount(() => {
    // On a touch screen the keyboard would cover what was to be read. Where it comes back, the person may be at
    // something else.
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
            // Too long: a press says so.
            disabled={!length().sendable && left() >= 0}
            // The writing goes on: a button that takes the focus would fold a phone's keyboard, and is disabled a
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
