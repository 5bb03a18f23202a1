/** What stands beside the list while no conversation is open. */
import { useNavigate } from "@solidjs/router"
import { Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { EmptyState } from "../../ui/EmptyState.tsx"
import "./NothingOpen.css"

export const NothingOpen = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations
  const none = () => app.conversations()?.length === 0
  /** The one step that helps now. Who came without a name is called by their handle. */
  const act = () => {
    const session = app.session()
    if (!none() || session._tag !== "signedIn") return undefined
    const { admin, displayName, handle } = session.me
    if (admin) return { label: words().invite, to: "/settings#invites" }
    return displayName === handle ? { label: words().toProfile, to: "/settings" } : undefined
  }
  return (
    <div class="nothing-open">
      <EmptyState
        text={none() ? words().firstSteps : words().nothingOpen}
        act={none() ? { label: words().start, run: () => navigate("/new") } : undefined}
      >
        <Show when={act()}>
          {(step) => (
            <Button kind="quiet" onClick={() => navigate(step().to)}>
              {step().label}
            </Button>
          )}
        </Show>
      </EmptyState>
    </div>
  )
}
