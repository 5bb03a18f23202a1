/** What stands beside the list while no conversation is open. */
import { useNavigate } from "@solidjs/router"
import { useApp } from "../../app/App.ts"
import { EmptyState } from "../../ui/EmptyState.tsx"
import "./NothingOpen.css"

export const NothingOpen = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations
  const none = () => app.conversations()?.length === 0
  return (
    <div class="nothing-open">
      <EmptyState
        text={none() ? words().empty : words().nothingOpen}
        act={none() ? { label: words().start, run: () => navigate("/new") } : undefined}
      />
    </div>
  )
}
