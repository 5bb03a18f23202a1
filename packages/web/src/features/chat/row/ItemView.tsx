/** Any item of the timeline. */
import { type Accessor, createMemo, createSignal, type JSX, Match, Show, Suspense, Switch } from "solid-js"
import { lazy } from "../../../lib/lazy.ts"
import { Button } from "../../../ui/Button.tsx"
import { Blocked } from "../../blocking/Blocked.tsx"
import { useConversation } from "../conversationModel.ts"
import { systemText } from "../text/systemText.ts"
import type { GapLoads } from "../timeline/createGapLoads.ts"
import type { TimelineItem } from "../timeline/timelineItems.ts"
import { PostRow } from "./PostRow.tsx"
import { failedChangeText } from "./postState.ts"
import { type RowFocus, RowFrame } from "./RowFrame.tsx"
import "./rows.css"
import "./rowActs.css"

const FailedChange = lazy(() => import("./FailedChange.tsx").then((module) => module.FailedChange))

export interface ItemViewProps {
  readonly item: Accessor<TimelineItem | undefined>
  readonly focus: RowFocus
  readonly loads: GapLoads
}

export const ItemView = (props: ItemViewProps): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  /** The user pressed a blocked person's message: it stays visible as long as this row exists. */
  const [asked, setAsked] = createSignal(false)
  // A removed item keeps its last state until the list has dropped it.
  const item = createMemo((before: TimelineItem | undefined) => props.item() ?? before)
  const post = () => narrow(item(), (now) => (now.kind === "post" ? now : undefined))
  const day = () => narrow(item(), (now) => (now.kind === "day" ? now : undefined))
  const system = () => narrow(item(), (now) => (now.kind === "system" ? now : undefined))
  const gap = () => narrow(item(), (now) => (now.kind === "gap" ? now : undefined))
  const failed = () => narrow(item(), (now) => (now.kind === "failed" ? now : undefined))
  return (
    <Switch>
      <Match when={post()}>
        {(post) => (
          <Show
            when={!asked() && app.blocked().has(post().by)}
            fallback={<PostRow item={post()} focus={props.focus} />}
          >
            <Suspense>
              <Blocked item={post()} focus={props.focus} onShow={() => setAsked(true)} />
            </Suspense>
          </Show>
        )}
      </Match>
      <Match when={day()}>
        {(day) => (
          <div class="day">
            <time>{app.i18n.day(day().at, app.minute())}</time>
          </div>
        )}
      </Match>
      <Match when={item()?.kind === "unread"}>
        <div class="unread-line" data-testid="unread-divider">
          <span>{words().timeline.unreadFrom}</span>
        </div>
      </Match>
      <Match when={system()}>
        {(system) => {
          const text = () => systemText(system().row, app.people.name, words())
          return (
            <RowFrame
              focus={props.focus}
              key={system().key}
              class="row-system"
              label={`${text()}, ${app.i18n.time(system().row.at)}`}
              seq={system().row.seq}
            >
              <p>
                <Show when={system().row.replyTo} fallback={<span>{text()}</span>}>
                  {(to) => (
                    <button
                      type="button"
                      class="row-leads"
                      tabindex="-1"
                      onClick={(event) => model.hands.jumpTo(to(), event.detail === 0)}
                    >
                      {text()}
                    </button>
                  )}
                </Show>{" "}
                <time title={app.i18n.full(system().row.at)}>{app.i18n.time(system().row.at)}</time>
              </p>
            </RowFrame>
          )
        }}
      </Match>
      <Match when={gap()}>
        {(gap) => {
          const text = () => {
            if (props.loads.loading()) return words().timeline.loading
            if (props.loads.failed()) return words().timeline.notLoaded
            return gap().older ? words().timeline.older : words().timeline.gap
          }
          return (
            <RowFrame focus={props.focus} key={gap().key} class="row-gap" label={text()}>
              <div class="gap" data-gap={`${gap().from}-${gap().to}`}>
                <span>{text()}</span>
                <Button kind="quiet" busy={props.loads.loading()} onClick={() => props.loads.loadGap(gap())}>
                  {words().timeline.load}
                </Button>
              </div>
            </RowFrame>
          )
        }}
      </Match>
      <Match when={failed()}>
        {(failed) => (
          <RowFrame
            focus={props.focus}
            key={failed().key}
            class="row-failed"
            label={failedChangeText(failed().change, words())}
            pending="failed"
          >
            <Suspense>
              <FailedChange change={failed().change} />
            </Suspense>
          </RowFrame>
        )}
      </Match>
    </Switch>
  )
}

const narrow = <T,>(item: TimelineItem | undefined, to: (item: TimelineItem) => T | undefined): T | undefined =>
  item === undefined ? undefined : to(item)
