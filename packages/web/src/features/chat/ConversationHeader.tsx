/** The header of a conversation: its title and the people who are online. */
import { createMemo, type JSX, Match, onMount, Show, Switch } from "solid-js"
import { openOverlay } from "../../model/overlay.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { BackLink } from "../../ui/BackLink.tsx"
import { IconButton } from "../../ui/Button.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { createNarrow } from "../../ui/panes.ts"
import { PresenceLine } from "../presence/PresenceLine.tsx"
import { useConversation } from "./conversationModel.ts"
import type { Members } from "./createMembers.ts"

export interface ConversationHeaderProps {
  readonly members: Members
  readonly details: boolean
  /** Receives the link that opens and closes the details. */
  readonly toggle: (link: HTMLAnchorElement) => void
}

export const ConversationHeader = (props: ConversationHeaderProps): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const narrow = createNarrow()
  let title: HTMLHeadingElement | undefined
  // On narrow pages the list is gone, and with it the focused element. Unless the composer took the focus, the header
  // gets it, and screen readers read the opened title.
  onMount(() =>
    queueMicrotask(() => {
      if (narrow() && title?.closest("section")?.contains(document.activeElement) === false)
        title.focus({ preventScroll: true })
    })
  )
  const watched = createMemo(() => {
    const peer = model.peer()
    return peer === undefined ? (props.members.list() ?? []).map(({ userId }) => userId) : [peer]
  })
  const allWatched = app.presence.watch(watched)
  // With only some of the members known, the count would look as if it were for all.
  const online = createMemo(() =>
    props.members.more() || !allWatched()
      ? 0
      : watched().filter((userId) => isOnline(app.presence.of(userId)?.state)).length
  )
  const peerPresence = () => {
    const peer = model.peer()
    return peer === undefined ? undefined : app.presence.of(peer)
  }
  return (
    <header class="head">
      <BackLink class="ui-icon-button head-back" href="/" aria-label={words().header.back} title={words().header.back}>
        <Icon name="back" />
      </BackLink>
      <Show when={model.peer()}>
        {(peer) => <Avatar userId={peer()} name={model.title()} presence={peerPresence()?.state} />}
      </Show>
      <div class="head-names">
        <h1
          ref={(node) => {
            title = node
          }}
          class="head-title"
          dir="auto"
          tabindex="-1"
        >
          <Show when={model.summary()?.kind === "channel"}>
            <Icon name="channel" small />
          </Show>
          <Show when={model.notes()}>
            <Icon name="note" small />
          </Show>
          <span>{model.title()}</span>
        </h1>
        <div class="head-sub">
          <Switch>
            <Match when={model.notes()}>{words().header.notesHint}</Match>
            <Match when={model.peer()}>
              <Show when={peerPresence()}>{(presence) => <PresenceLine presence={presence()} />}</Show>
            </Match>
            <Match when={model.summary()}>
              {(summary) => (
                <>
                  <span>{words().header.members(summary().members)}</span>
                  <Show when={online() > 0}>
                    <span class="head-online" data-online={online()}>
                      {words().header.online(online())}
                    </span>
                  </Show>
                </>
              )}
            </Match>
          </Switch>
        </div>
      </div>
      <IconButton icon="search" label={words().header.search} onClick={() => openOverlay("search")} />
      {/* Also closes open details. */}
      <BackLink
        ref={props.toggle}
        class="ui-icon-button"
        forward={!props.details}
        href={props.details ? `/c/${model.id}` : `/c/${model.id}/details`}
        aria-label={words().header.details}
        title={words().header.details}
        aria-current={props.details ? "true" : undefined}
      >
        <Icon name={model.summary()?.kind === "direct" ? "info" : "people"} />
      </BackLink>
    </header>
  )
}

const isOnline = (state: string | undefined): boolean => state === "active" || state === "idle"
