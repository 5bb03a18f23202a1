/** Above everything: the server can't be used at the address at which the page was opened, and where it can. */
import { Show } from "solid-js"
import type { WrongAddress } from "../../lib/wrongAddress.ts"
import { useApp } from "../../model/App.ts"
import "./AddressNotice.css"

export const AddressNotice = (props: { readonly wrong: WrongAddress | undefined }) => {
  const app = useApp()
  const words = () => app.i18n.t().app.wrongAddress
  return (
    <div class="address-notice" role="alert">
      <Show when={props.wrong}>
        {(wrong) => (
          <p>
            {words().text(location.origin)}{" "}
            <Show when={wrong().openAt} fallback={words().unknown}>
              {(openAt) => <a href={openAt()}>{words().open(openAt())}</a>}
            </Show>
          </p>
        )}
      </Show>
    </div>
  )
}
