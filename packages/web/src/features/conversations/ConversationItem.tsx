/** One line of the list: the avatar and name, the newest text and its time, and whether it is unread. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { Match, Show, Switch } from "solid-js"
import type { Dictionary } from "../../i18n/en.ts"
import type { I18n } from "../../i18n/I18n.ts"
import { isolated } from "../../lib/names.ts"
import { useApp } from "../../model/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { Badge } from "../../ui/Badge.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { plainText } from "../chat/text/grammar.ts"
import { systemText } from "../chat/text/systemText.ts"
import type { ListState } from "./createListState.ts"
import { isUnread } from "./listSections.ts"

interface ItemProps {
  readonly id: ConversationId
  readonly summary: ConversationSummary | undefined
  /** Counted from 1 in its section, which has `of` lines. */
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
        {/* Not the router's own link: it reads the address again for each line and spreads its attributes, which would
           be most of the cost of a line. */}
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

/** The avatar with the presence dot. */
export const Face = (props: { readonly summary: ConversationSummary; readonly state: ListState }) => {
  const app = useApp()
  const peer = () => props.state.peerOf(props.summary)
  const notes = () => props.summary.kind === "direct" && peer() === undefined
  // Watched while the line is shown; the presence book joins all watchers.
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
      {/* A line has room for one of these marks. */}
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

// The one line that the list shows of a conversation's newest row. Pure.

/** Code points; the layout cuts earlier. */
const longest = 160

export const lastLine = (
  summary: ConversationSummary,
  me: UserId | undefined,
  nameOf: (userId: UserId) => string,
  { chat, conversations: { last: words } }: Pick<Dictionary, "chat" | "conversations">
): string => {
  const { last } = summary
  if (last === undefined) return words.none
  if (!isKnownRow(last)) return words.newer
  if (last.kind !== "posted") return oneLine(systemText(last, nameOf, chat, 1))
  const text = last.deleted === true ? words.deleted : oneLine(plainText(last.text ?? ""))
  if (last.by === me) return isNotes(summary, me) ? text : words.own(text)
  return summary.kind === "direct" ? text : words.by(isolated(nameOf(last.by)), text)
}

const isNotes = ({ kind, peer }: ConversationSummary, me: UserId): boolean =>
  kind === "direct" && (peer === undefined || peer.userId === me)

/** Turns line ends into spaces, and cuts a text that is too long for any list, between code points. */
export const oneLine = (text: string): string => {
  const line = text.replace(/\s+/gu, " ").trim()
  return line.length <= longest ? line : `${[...line].slice(0, longest).join("")}…`
}

/** The time beside a conversation in the list: of its newest row, in short form; undefined without one. Pure. */
interface WhenLabel {
  readonly text: string
  /** The full form, for a tooltip. */
  readonly title: string
  /** For machines. */
  readonly iso: string
}

/** `now`: the current minute. A row from a clock that is ahead counts as of today. */
export const whenLabel = (
  { last }: Pick<ConversationSummary, "last">,
  now: number,
  formats: Pick<I18n, "short" | "full">
): WhenLabel | undefined =>
  last === undefined
    ? undefined
    : {
        text: formats.short(Math.min(last.at, now), now),
        title: formats.full(last.at),
        iso: new Date(last.at).toISOString()
      }
