/** What stands beside the list while no conversation is open. */
import { useNavigate } from "@solidjs/router"
import { Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { EmptyState } from "../../ui/EmptyState.tsx"
import "./NothingOpen.css"

export const NothingOpen = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations
  const none = () => app.conversations()?.length === 0
  return (
    <div class="nothing-open">
      {/* That there is none yet, and how to begin one, stands in the list. */}
      <EmptyState text={none() ? words().firstSteps : words().nothingOpen}>
        <Show when={none()}>
          <Button kind="quiet" onClick={() => navigate("/settings")}>
            {words().toProfile}
          </Button>
        </Show>
      </EmptyState>
    </div>
  )
}
