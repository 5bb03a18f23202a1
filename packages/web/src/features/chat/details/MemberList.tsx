/** The members of a conversation, with those online first. */
import type { Member } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { folded } from "@hibiki/core/domain/TextRules"
import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js"
import { isolated } from "../../../lib/names.ts"
import { Avatar } from "../../../ui/Avatar.tsx"
import { IconButton, MoreButton } from "../../../ui/Button.tsx"
import { Spinner } from "../../../ui/EmptyState.tsx"
import { leaveRow } from "../../../ui/focus.ts"
import { Icon } from "../../../ui/Icon.tsx"
import { Menu, type MenuItem } from "../../../ui/Menu.tsx"
import { BlockDialog, createBlocking } from "../../blocking/Blocking.tsx"
import { blockingWords } from "../../blocking/blockingWords.ts"
import { presenceLine } from "../../presence/PresenceLine.tsx"
import { useConversation } from "../conversationModel.ts"
import { createFurtherMembers } from "../createFurtherMembers.ts"
import type { Members } from "../createMembers.ts"
import { ConfirmDialog, createChange } from "./createChange.tsx"
import { memberWords } from "./memberWords.ts"

/** Longer lists have a search field. */
const fewMembers = 12
/** Maximum search results shown. */
const foundAtMost = 100
/** The number of results is announced after a typing pause this long. */
const pauseMs = 500

const ranks = { active: 0, idle: 1, offline: 2 } as const

export const MemberList = (props: { readonly members: Members }): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const own = () => memberWords[app.i18n.language()]
  // Rows are keyed by person. Each load returns new objects for all members, and a focused row must stay.
  const [query, setQuery] = createSignal("")
  const wanted = createMemo(() =>
    folded(
      query()
        .trim()
        .replace(/^[@＠]/u, "")
    )
  )
  const further = createFurtherMembers(model, props.members, () => wanted() !== "")
  const found = createMemo(() => {
    const held = props.members.list() ?? []
    return wanted() === "" ? held : [...held, ...further.list()].filter((member) => isMatch(member, wanted()))
  })
  const rest = () => (wanted() === "" ? 0 : Math.max(0, found().length - foundAtMost))
  const byId = createMemo(() => new Map(found().map((member) => [member.userId, member])))
  const [held, setHeld] = createSignal(false)
  const [leaving, setLeaving] = createSignal<{ readonly member: Member; readonly act: Ending }>()
  const [blocking, setBlocking] = createSignal<Member>()
  let list: HTMLUListElement | undefined
  const rank = (userId: UserId) => ranks[app.presence.of(userId)?.state ?? "offline"]
  const order = createMemo<ReadonlyArray<UserId>>((before) => {
    const ranked = [...byId().keys()].sort((a, b) => rank(a) - rank(b))
    // Rows keep their order while the focus is among them, as it is with an open menu.
    const order = held() ? [...new Set([...before.filter((userId) => byId().has(userId)), ...ranked])] : ranked
    return wanted() === "" ? order : order.slice(0, foundAtMost)
  }, [])
  createEffect(
    on([wanted, () => found().length, further.loading], ([text, count, isLooking]) => {
      if (text === "" || isLooking) return
      const timer = setTimeout(
        () => app.announcer.say(count === 0 ? own().nobody(query().trim()) : own().found(count)),
        pauseMs
      )
      onCleanup(() => clearTimeout(timer))
    })
  )
  return (
    <section class="details-members">
      <h3>{words().details.members(model.summary()?.members ?? 0)}</h3>
      <Show when={props.members.failed()}>
        <p class="details-hint">
          {own().unavailable}{" "}
          <MoreButton kind="quiet" list={() => list} onMore={() => props.members.retry()}>
            {own().retry}
          </MoreButton>
        </p>
      </Show>
      <Show
        when={props.members.list() !== undefined || props.members.failed()}
        fallback={<Spinner label={own().loading} />}
      >
        <Show when={(model.summary()?.members ?? 0) > fewMembers}>
          <Finder text={query()} onText={setQuery} />
        </Show>
        <Show when={wanted() !== "" && !further.loading() && found().length === 0}>
          <p class="details-hint">{own().nobody(query().trim())}</p>
        </Show>
        <ul
          ref={(node) => {
            list = node
          }}
          class="details-list"
          onFocusIn={() => setHeld(true)}
          onFocusOut={({ currentTarget, relatedTarget }) =>
            setHeld(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))
          }
        >
          <For each={order()}>
            {(userId) => (
              <Show when={byId().get(userId)}>
                {(member) => (
                  <MemberLine
                    member={member()}
                    onEnd={(act) => setLeaving({ member: member(), act })}
                    onBlock={setBlocking}
                  />
                )}
              </Show>
            )}
          </For>
        </ul>
        <Show when={further.loading()}>
          <p class="details-hint">{own().looking}</p>
        </Show>
        <Show when={rest() > 0}>
          <p class="details-hint">{own().narrower(rest())}</p>
        </Show>
        <Show when={props.members.more() && wanted() === ""}>
          <MoreButton list={() => list} onMore={() => props.members.loadMore()}>
            {own().more}
          </MoreButton>
        </Show>
      </Show>
      {/* Outside of the rows, because the row in question may disappear meanwhile. */}
      <Show when={leaving()}>
        {(end) => (
          <EndDialog
            member={end().member}
            act={end().act}
            rowOf={({ userId }) => list?.querySelector<HTMLElement>(`[data-user="${userId}"]`)}
            onClose={() => setLeaving(undefined)}
          />
        )}
      </Show>
      <Show when={blocking()}>
        {(member) => <BlockDialog person={member()} onClose={() => setBlocking(undefined)} />}
      </Show>
    </section>
  )
}

/** Compares handle and name regardless of case, width and kana. */
const isMatch = ({ displayName, handle }: Member, wanted: string): boolean =>
  folded(handle).includes(wanted) || folded(displayName).includes(wanted)

const Finder = (props: { readonly text: string; readonly onText: (text: string) => void }): JSX.Element => {
  const { app } = useConversation()
  const own = () => memberWords[app.i18n.language()]
  let input: HTMLInputElement | undefined
  return (
    <search class="list-filter details-find">
      <Icon name="search" small />
      <input
        ref={(node) => {
          input = node
        }}
        class="ui-input"
        type="search"
        aria-label={own().find}
        placeholder={own().find}
        autocomplete="off"
        spellcheck={false}
        value={props.text}
        onInput={(event) => props.onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || event.isComposing || props.text === "") return
          event.preventDefault()
          event.stopPropagation()
          props.onText("")
        }}
      />
      <Show when={props.text !== ""}>
        <IconButton
          icon="close"
          label={own().clear}
          onClick={() => {
            input?.focus()
            props.onText("")
          }}
        />
      </Show>
    </search>
  )
}

interface MemberLineProps {
  readonly member: Member
  readonly onEnd: (act: Ending) => void
  readonly onBlock: (member: Member) => void
}

const MemberLine = (props: MemberLineProps): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const own = () => memberWords[app.i18n.language()]
  const change = createChange(model)
  const presence = () => app.presence.of(props.member.userId)
  const name = () => props.member.displayName
  const self = () => props.member.userId === model.me()
  const line = () => {
    const known = presence()
    return known === undefined
      ? `@${props.member.handle}`
      : presenceLine(known, (at) => app.i18n.ago(at, app.minute()), app.i18n.t().presence)
  }
  const setRole = async (act: Exclude<MemberAct, Ending>) => {
    const role = act === "makeOwner" ? "owner" : act === "makeAdmin" ? "admin" : "member"
    const done = await change.run((chat, base) =>
      chat.call("conversation.setRole", { ...base, userId: props.member.userId, role })
    )
    if (!done) app.toasts.show({ text: change.problem() ?? words().told.notDone })
  }
  /** A role that only a newer server knows appears by its raw name. */
  const roleName = () => new Map(Object.entries(words().details.role)).get(props.member.role) ?? props.member.role
  const blocking = createBlocking()
  const blockItem = (): MenuItem =>
    app.blocked().has(props.member.userId)
      ? { label: blockingWords[app.i18n.language()].unblock, run: () => void blocking.end(props.member.userId) }
      : { label: blockingWords[app.i18n.language()].block, danger: true, run: () => props.onBlock(props.member) }
  const items = (): ReadonlyArray<MenuItem> => [
    ...memberActs(model.summary()?.role ?? "member", props.member.role, self()).map((act) => ({
      label: act === "remove" ? words().details.remove(name()) : act === "ban" ? own().ban(name()) : own()[act],
      danger: isEnding(act),
      run: () => (isEnding(act) ? props.onEnd(act) : void setRole(act))
    })),
    ...(self() ? [] : [blockItem()])
  ]
  return (
    <li class="member" data-user={props.member.userId}>
      <Avatar userId={props.member.userId} name={props.member.displayName} presence={presence()?.state} />
      <span class="member-names">
        <span class="member-name">
          <bdi>{props.member.displayName}</bdi>
          <Show when={self()}>
            <span class="member-you">{own().you}</span>
          </Show>
        </span>
        <span class="member-line">{line()}</span>
      </span>
      <Show when={props.member.role !== "member"}>
        <span class="member-role">{roleName()}</span>
      </Show>
      <Show when={items().length > 0}>
        <Menu label={words().details.manage(props.member.displayName)} items={items()} trigger={<Icon name="more" />} />
      </Show>
    </li>
  )
}

/** Asks for confirmation before a member is removed or banned. */
interface EndDialogProps {
  readonly member: Member
  readonly act: Ending
  /** The row of a member, which disappears afterwards. */
  readonly rowOf: (member: Member) => HTMLElement | null | undefined
  readonly onClose: () => void
}

const EndDialog = (props: EndDialogProps): JSX.Element => {
  const model = useConversation()
  const own = () => memberWords[model.app.i18n.language()]
  const question = () => {
    if (props.act === "ban") return own().banning
    const { text, ...rest } = own().removing
    return { ...rest, text: text[model.summary()?.kind === "channel" ? "channel" : "group"] }
  }
  const change = createChange(model)
  const end = async () => {
    const { userId } = props.member
    if (!(await change.run((chat, base) => chat.call(`conversation.${props.act}`, { ...base, userId })))) return
    const row = props.rowOf(props.member)
    props.onClose()
    leaveRow(row, ".details h2")
  }
  return (
    <ConfirmDialog
      open
      title={question().title(isolated(props.member.displayName))}
      text={question().text}
      act={question().act}
      change={change}
      onAct={() => void end()}
      onClose={() => props.onClose()}
    />
  )
}

/** The actions that one member may take on another, by the server's rules. */
type MemberAct = "makeOwner" | "makeAdmin" | "makeMember" | Ending
/** The actions that end a membership. */
type Ending = "remove" | "ban"

const isEnding = (act: MemberAct): act is Ending => act === "remove" || act === "ban"

export const memberActs = (mine: Member["role"], theirs: Member["role"], self: boolean): ReadonlyArray<MemberAct> => {
  if (self) return []
  const roles: ReadonlyArray<MemberAct> =
    mine !== "owner"
      ? []
      : [
          ...(theirs === "owner" ? [] : (["makeOwner"] as const)),
          ...(theirs === "admin" ? [] : (["makeAdmin"] as const)),
          ...(theirs === "member" ? [] : (["makeMember"] as const))
        ]
  const mayRemove = mine === "owner" || (mine === "admin" && theirs === "member")
  return mayRemove ? [...roles, "remove", "ban"] : roles
}
