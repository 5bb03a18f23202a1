/**
 * The two hidden regions that speak: one waits its turn, one does not. In the page from the start, or nothing would be
 * heard.
 */
import type { AnnouncerBox } from "./createAnnouncer.ts"

export const AnnouncerView = (props: { readonly announcer: AnnouncerBox }) => (
  <div class="only-heard">
    <div aria-live="polite" role="status" data-testid="announcer">
      {props.announcer.polite()}
    </div>
    <div aria-live="assertive" role="alert">
      {props.announcer.urgent()}
    </div>
  </div>
)
