/** Panes as wide as at first, whatever is done to them: for screens whose tests are about something else. */
import type { Preferences } from "../src/model/App.ts"

export const fixedPanes: Preferences["paneWidths"] = {
  list: { px: () => undefined, set: () => {} },
  details: { px: () => undefined, set: () => {} }
}
