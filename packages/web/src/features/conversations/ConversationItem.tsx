/** One line of the list: who or what, the newest words and their time, and whether something is unread. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { Match, Show, Switch } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { Badge } from "../../ui/Badge.tsx"
import { Icon } from "../../ui/Icon.tsx"
import type { ListState } from "./createListState.ts"
import { lastLine } from "./lastLine.ts"
import { isUnread } from "./listSections.ts"
import { whenLabel } from "./whenLabel.ts"

interface ItemProps {
  readonly id: ConversationId
  readonly summary: ConversationSummary | undefined
  /** Counted from 1 in its section, which has so many lines. */
  readonly place: number
  readonly of: number
  /** Room for the lines above that are not in the page (px). */
  readonly above: number
  readonly state: ListState
}

export const ConversationItem = (props: ItemProps) => (
  <Show when={props.summary}>
    {(summary) => (
      <li
        class="list-row"
        aria-setsize={props.of}
        aria-posinset={props.place}
        style={{ "margin-block-start": props.above > 0 ? `${props.above}px` : undefined }}
      >
        {/* Not the router's own link: it reads the address again for each line and spreads its attributes, which
            would be most of the cost of a line. */}
        <a
          class="list-link"
          classList={{ "list-link-unread": isUnread(summary()), "list-link-open": props.state.open() === props.id }}
          href={`/c/${props.id}`}
          data-conversation={props.id}
          tabindex={props.state.stop() === props.id ? 0 : -1}
          data-pane-focus={props.state.open() === props.id ? "" : undefined}
          aria-current={props.state.open() === props.id ? "page" : undefined}
        >
          <Face summary={summary()} state={props.state} />
          <span class="list-what">{props.state.titleOf(summary())}</span>
          <When summary={summary()} />
          <Last summary={summary()} state={props.state} />
          <Unread summary={summary()} />
        </a>
      </li>
    )}
  </Show>
)

/** With the dot of who is there. */
export const Face = (props: { readonly summary: ConversationSummary; readonly state: ListState }) => {
  const app = useApp()
  const peer = () => props.state.peerOf(props.summary)
  const notes = () => props.summary.kind === "direct" && peer() === undefined
  // Watched while the line is shown; the book takes all watchers together.
  app.presence.watch(() => {
    const person = peer()
    return person === undefined ? [] : [person.userId]
  })
  return (
    <Switch fallback={<Avatar userId={props.summary.conversationId} name={props.state.titleOf(props.summary)} />}>
      <Match when={notes()}>
        <Glyph icon="note" />
      </Match>
      <Match when={props.summary.kind === "channel"}>
        <Glyph icon="channel" />
      </Match>
      <Match when={peer()}>
        {(person) => (
          <Avatar
            userId={person().userId}
            name={props.state.titleOf(props.summary)}
            presence={app.presence.of(person().userId)?.state}
          />
        )}
      </Match>
    </Switch>
  )
}

const Glyph = (props: { readonly icon: "note" | "channel" }) => (
  <span class="list-glyph" aria-hidden="true">
    <Icon name={props.icon} />
  </span>
)

const When = (props: { readonly summary: ConversationSummary }) => {
  const app = useApp()
  return (
    <Show when={whenLabel(props.summary, app.minute(), app.i18n)}>
      {(label) => (
        <time class="list-when" datetime={label().iso} title={label().title}>
          {label().text}
        </time>
      )}
    </Show>
  )
}

const Last = (props: { readonly summary: ConversationSummary; readonly state: ListState }) => {
  const app = useApp()
  const words = () => app.i18n.t().conversations
  return (
    <span class="list-last">
      {/* A line has room for one of them. */}
      <Switch>
        <Match when={app.failed()?.has(props.summary.conversationId)}>
          <span class="list-failed">
            <Icon name="warning" small />
            {app.i18n.t().chat.state.failed}
          </span>
        </Match>
        <Match when={app.drafts.has(props.summary.conversationId)}>
          <span class="list-draft">
            <Icon name="edit" small />
            {words().draft}
          </span>
        </Match>
      </Switch>
      <Show when={props.summary.muted}>
        <span class="list-muted" role="img" aria-label={words().muted} title={words().muted}>
          <Icon name="muted" small />
        </span>
      </Show>
      <span class="list-text">
        {app.blocked().has(props.summary.last?.by)
          ? ""
          : lastLine(props.summary, props.state.me(), app.people.name, app.i18n.t())}
      </span>
    </span>
  )
}

export const Unread = (props: { readonly summary: ConversationSummary }) => {
  const app = useApp()
  const words = () => app.i18n.t().conversations
  const count = () => props.summary.unread
  const mentions = () => props.summary.mentions ?? 0
  return (
    <span class="list-counts">
      <Badge mentions count={mentions()} label={words().mentions(mentions(), mentions() >= Limits.unreadCap)} />
      <Switch>
        <Match when={count() > 0}>
          <Badge
            quiet={props.summary.muted === true}
            count={count()}
            label={words().unread(count(), count() >= Limits.unreadCap)}
          />
        </Match>
        <Match when={props.summary.markedUnreadAt !== undefined}>
          <span
            class="list-marked"
            classList={{ "list-marked-quiet": props.summary.muted === true }}
            role="img"
            aria-label={words().markedUnread}
            title={words().markedUnread}
            data-unread="marked"
          />
        </Match>
      </Switch>
    </span>
  )
}
