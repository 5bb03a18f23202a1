/** Calls by which a device lets itself be woken. A server that wakes nobody says so to each of them. */
import { expectSame, expectThat } from "../../Mismatch.ts"
import type { Stage } from "../../Stage.ts"
import { away, type CallTable, failsWith, needsSignIn } from "./CallEntry.ts"

/** Keys as a browser's would be: any, since nothing is sent to them. */
export const subscription = (endpoint: string) => ({ endpoint, p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) })
const nobodys = subscription("https://nobody.example/push")
/** Of a push service that servers know from the start. */
const known = subscription("https://updates.push.services.mozilla.com/wpush/v2/conformance")

/** Undefined: it wakes nobody. */
const keyOf = async ({ api, people: { newcomer } }: Stage): Promise<string | undefined> => {
  const { error, status, value } = await api.ask("push.key", {}, newcomer.token)
  if (status === 404) return void expectSame("the error", "NotFound", error?._tag)
  const { key } = value as { readonly key: string }
  expectThat("a point of the curve in base64url", /^[\w-]{87}$/.test(key), key)
  return key
}

export const pushCalls: Pick<CallTable, Extract<keyof CallTable, `push.${string}`>> = {
  "push.key": {
    good: async (stage) => void (await keyOf(stage)),
    errors: {
      Unavailable: away.Unavailable,
      NotFound: { unprovoked: "of a server that wakes nobody, which the good case lets pass" },
      ...needsSignIn("push.key")
    }
  },
  "push.subscribe": {
    good: async (stage) => {
      const { api, people } = stage
      const { token } = people.newcomer
      if ((await keyOf(stage)) === undefined)
        return api.fails("push.subscribe", known, token, 404, { _tag: "NotFound" })
      for (let times = 0; times < 2; times++)
        expectSame("the answer", {}, await api.value("push.subscribe", known, token))
      await api.value("push.unsubscribe", {}, token)
    },
    errors: {
      ...away,
      NotFound: failsWith("push.subscribe", 404, { _tag: "NotFound" }, () => nobodys, "newcomer"),
      ...needsSignIn("push.subscribe", () => nobodys)
    }
  },
  "push.unsubscribe": {
    good: async ({ api, people: { newcomer } }) => {
      for (let times = 0; times < 2; times++)
        expectSame("the answer", {}, await api.value("push.unsubscribe", {}, newcomer.token))
    },
    errors: { ...away, ...needsSignIn("push.unsubscribe") }
  }
}
