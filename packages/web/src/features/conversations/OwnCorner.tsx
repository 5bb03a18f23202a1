/**
 * The own corner below the list: who one is here, how the others see one, and the way to everything that is one's own.
 */
import { useNavigate } from "@solidjs/router"
import { createSignal, Show, Suspense } from "solid-js"
import { later } from "../../lib/later.ts"
import { useApp } from "../../model/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { Menu } from "../../ui/Menu.tsx"
import { openOverlay } from "../../ui/overlay.ts"
import { createOwnState } from "../presence/createOwnState.ts"
import "./OwnCorner.css"

const SignOutDialog = later(() => import("./SignOutDialog.tsx").then((module) => module.SignOutDialog))

export const OwnCorner = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations.own
  const own = createOwnState()
  const [asking, setAsking] = createSignal(false)
  const me = () => {
    const session = app.session()
    // A name that was changed since shows here too.
    return session._tag === "signedIn" ? (app.people.get(session.me.userId) ?? session.me) : undefined
  }
  const leave = () => {
    if (unsent() > 0 || app.drafts.count() > 0) setAsking(true)
    else app.signOut().catch(() => undefined)
  }
  // Refused ones wait as well, but are not sent by themselves: they count where they would be lost.
  const unsent = () => (app.chat()?.client.inspect().unsentPosts ?? 0) + (app.keeps() ? 0 : refusedPosts())
  const refusedPosts = () =>
    [...(app.failed()?.values() ?? [])].flat().filter(({ body }) => body.kind === "post").length
  const switchInvisible = async () => {
    if (!(await own.setInvisible(!own.invisible()))) app.toasts.show({ text: words().invisibleFailed })
  }
  const hidden = () => (own.invisible() ? app.i18n.t().presence.invisible : undefined)

  return (
    <Show when={me()}>
      {(person) => (
        <section class="own" data-pane="own" aria-label={person().displayName}>
          <Menu
            label={words().menu(person().displayName)}
            labelled
            triggerClass="own-button"
            trigger={
              <>
                <Avatar
                  userId={person().userId}
                  name={person().displayName}
                  presence={own.presence()}
                  invisibleLabel={hidden()}
                />
                <span class="own-name">{person().displayName}</span>
                <span class="own-handle">{hidden() ?? `@${person().handle}`}</span>
                <span class="only-heard">{words().menu(person().displayName)}</span>
                <Icon name="up" small />
              </>
            }
            items={[
              {
                label: words().invisible,
                icon: "eyeOff",
                checked: own.invisible(),
                run: () => switchInvisible().catch(() => undefined)
              },
              { label: words().settings, icon: "settings", run: () => navigate("/settings") },
              { label: words().devices, icon: "browser", run: () => navigate("/settings/devices") },
              { label: words().board, icon: "board", run: () => navigate("/board") },
              { label: words().help, icon: "keyboard", run: () => openOverlay("help") },
              { label: words().signOut, icon: "signOut", run: leave }
            ]}
          />
          <Show when={asking()}>
            <Suspense>
              <SignOutDialog unsent={unsent()} drafts={app.drafts.count()} onClose={() => setAsking(false)} />
            </Suspense>
          </Show>
        </section>
      )}
    </Show>
  )
}
