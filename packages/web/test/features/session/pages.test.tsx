// @vitest-environment jsdom
/** The forms for coming in, as a person meets them. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { useLocation } from "@solidjs/router"
import { cleanup, fireEvent, screen } from "@solidjs/testing-library"
import { type Component, Show } from "solid-js"
import { RegisterPage } from "../../../src/features/session/RegisterPage.tsx"
import { ResetPage } from "../../../src/features/session/ResetPage.tsx"
import { SignInPage } from "../../../src/features/session/SignInPage.tsx"
import { sessionWordsEn } from "../../../src/features/session/sessionWords.en.ts"
import { en } from "../../../src/i18n/en.ts"
import type { SessionState, SignInAnswer } from "../../../src/lib/session.ts"
import type { App } from "../../../src/model/App.ts"
import { Frame } from "../../../src/shell/Frame.tsx"
import { conversationId, me, person, settled, stage } from "../../ui/stage.tsx"

const words = sessionWordsEn
const out: SessionState = { _tag: "signedOut" }
const isIn = (who = me, admin = false): SessionState => ({ _tag: "signedIn", me: { ...who, admin } })
/** The form as it stands in the page, which shows it to strangers only. */
const framed = (Form: Component) => () => {
  const location = useLocation()
  return (
    <Frame>
      <Show when={["/sign-in", "/register"].includes(location.pathname)} fallback={<p>inside</p>}>
        <Form />
      </Show>
    </Frame>
  )
}
const field = (label: string): HTMLInputElement => {
  const found = screen.getByLabelText(label, { exact: true })
  return found instanceof HTMLInputElement ? found : assert.fail(`${label} is no input`)
}
const type = (label: string, text: string) => fireEvent.input(field(label), { target: { value: text } })
const press = async (name: string) => {
  fireEvent.click(screen.getByRole("button", { name }))
  await settled()
}
const alertText = () => screen.getByRole("alert").textContent ?? ""
const refusing = (error: Extract<SignInAnswer, { ok: false }>["error"]) => async (): Promise<SignInAnswer> => ({
  ok: false,
  error
})

describe("signing in", () => {
  it("sends what was typed and goes to the list; no field is sent away empty", async () => {
    const sent: Array<object> = []
    const signIn: App["signIn"] = async (form) => {
      sent.push(form)
      shown.setSession(isIn())
      return { ok: true }
    }
    const shown = stage(framed(SignInPage), { path: "/sign-in", session: out, conversations: [], app: { signIn } })
    await press(words.signIn)
    assert.include(document.body.textContent, words.missing.handle)
    assert.strictEqual(document.activeElement, field(words.handle))
    type(words.handle, "  aki ")
    await press(words.signIn)
    assert.include(document.body.textContent, words.missing.password)
    assert.strictEqual(document.activeElement, field(words.password))
    assert.strictEqual(field(words.password).getAttribute("aria-invalid"), "true")
    assert.deepStrictEqual(sent, [])
    type(words.password, "  as typed  ")
    await press(words.signIn)
    assert.deepStrictEqual(sent, [{ handle: "aki", password: "  as typed  " }])
    assert.strictEqual(shown.history.get(), "/")
  })

  it("says kindly why it did not work, and lets one try again", async () => {
    stage(SignInPage, { path: "/sign-in", session: out, app: { signIn: refusing({ _tag: "SignInFailed" }) } })
    type(words.handle, "aki")
    type(words.password, "wrong")
    await press(words.signIn)
    assert.include(alertText(), words.failed.signIn)
    assert.isNull(screen.getByRole("button", { name: words.signIn }).getAttribute("aria-busy"))
    assert.strictEqual(document.activeElement, field(words.password))
  })

  it("says no longer why one was signed out once a try was refused, but still what waits to be sent", async () => {
    const session: SessionState = { _tag: "signedOut", why: "bySelf", unsent: 2 }
    stage(SignInPage, { path: "/sign-in", session, app: { signIn: refusing({ _tag: "SignInFailed" }) } })
    type(words.handle, "aki")
    type(words.password, "wrong")
    await press(words.signIn)
    assert.strictEqual(screen.getByRole("status").textContent, words.unsentWaits(2))
  })

  it("takes no second press while the first is on its way", async () => {
    let sent = 0
    const signIn = () => {
      sent++
      return new Promise<SignInAnswer>(() => undefined)
    }
    stage(SignInPage, { path: "/sign-in", session: out, app: { signIn } })
    type(words.handle, "aki")
    type(words.password, "a quiet room")
    await press(words.signIn)
    await press(words.signIn)
    fireEvent.submit(document.querySelector("form") ?? assert.fail("no form"))
    await settled()
    assert.strictEqual(sent, 1)
    assert.strictEqual(screen.getByRole("button", { name: words.signIn }).getAttribute("aria-busy"), "true")
  })

  it("tells why one was signed out, and what waits to be sent", () => {
    stage(SignInPage, { session: { _tag: "signedOut", why: "revoked", unsent: 2 } })
    assert.include(screen.getByRole("status").textContent, words.why.revoked)
    assert.include(screen.getByRole("status").textContent, words.unsentWaits(2))
  })

  it("shows the password on purpose only, says when Caps Lock is on, and names its fields for password managers", () => {
    stage(SignInPage, { session: out })
    const password = field(words.password)
    assert.strictEqual(password.type, "password")
    fireEvent.click(screen.getByRole("button", { name: en.kit.showPassword }))
    assert.strictEqual(password.type, "text")
    fireEvent.click(screen.getByRole("button", { name: en.kit.hidePassword }))
    assert.strictEqual(password.type, "password")
    fireEvent.keyDown(password, { key: "A", modifierCapsLock: true })
    assert.include(document.body.textContent, en.kit.capsLock)
    fireEvent.keyDown(password, { key: "a" })
    assert.notInclude(document.body.textContent, en.kit.capsLock)
    assert.strictEqual(password.autocomplete, "current-password")
    assert.strictEqual(field(words.handle).autocomplete, "username")
  })

  it("is in the other language at once when that is chosen", () => {
    stage(SignInPage, { session: out })
    fireEvent.click(screen.getByRole("button", { name: "日本語" }))
    assert.isNotNull(screen.getByRole("heading", { name: "おかえりなさい" }))
  })
})

describe("after too many tries", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const scene = async (retryAfterMs = 2_500) => {
    const sent: Array<string> = []
    const signIn: App["signIn"] = async ({ handle }) => {
      sent.push(handle)
      return { ok: false, error: { _tag: "RateLimited", retryAfterMs } }
    }
    stage(SignInPage, { path: "/sign-in", session: out, app: { signIn } })
    type(words.handle, "aki")
    type(words.password, "forgotten")
    const button = () => screen.getByRole("button", { name: words.signIn })
    const press = async () => {
      fireEvent.click(button())
      await vi.advanceTimersByTimeAsync(0)
    }
    await press()
    const [seen, heard] = [
      document.querySelector(".form-problem [aria-hidden=true]:not(svg)"),
      document.querySelector(".form-problem .only-heard")
    ]
    return {
      sent,
      press,
      seen: () => seen?.textContent,
      heard: () => heard?.textContent,
      isAtRest: () => button().hasAttribute("disabled")
    }
  }

  it("the wait counts down, is said aloud once, and ends by itself", async () => {
    const { heard, isAtRest, press, seen, sent } = await scene()
    const texts: Array<string | null | undefined> = []
    const spoken = new Set<string | null | undefined>()
    for (const stepMs of [0, 999, 1, 1_000]) {
      await vi.advanceTimersByTimeAsync(stepMs)
      texts.push(seen())
      spoken.add(heard())
      assert.isTrue(isAtRest())
    }
    assert.deepStrictEqual(texts, [3, 3, 2, 1].map(words.failed.rateLimited))
    assert.deepStrictEqual([...spoken], [words.failed.rateLimited(3)])
    assert.strictEqual(document.activeElement, field(words.password))
    fireEvent.submit(document.querySelector("form") ?? assert.fail("no form"))
    await press()
    assert.deepStrictEqual(sent, ["aki"], "nothing is sent before")
    await vi.advanceTimersByTimeAsync(1_000)
    assert.deepStrictEqual([alertText(), isAtRest()], ["", false])
    await press()
    assert.deepStrictEqual(sent, ["aki", "aki"])
    assert.include(alertText(), words.failed.rateLimited(3))
  })

  it("another username may be tried at once", async () => {
    const { isAtRest, press, sent } = await scene(60_000)
    type(words.handle, "ben")
    assert.deepStrictEqual([alertText(), isAtRest()], ["", false])
    type(words.handle, "aki ")
    assert.isTrue(isAtRest(), "the same one waits")
    type(words.handle, "ben")
    await press()
    assert.deepStrictEqual(sent, ["aki", "ben"])
  })

  it("nobody waits for longer because the clock was set back", async () => {
    const { isAtRest } = await scene(5_000)
    vi.setSystemTime(Date.now() - 3_600_000)
    await vi.advanceTimersByTimeAsync(1_000)
    assert.isFalse(isAtRest())
  })

  it("nothing goes on counting on a page that was left", async () => {
    await scene(60_000)
    cleanup()
    assert.strictEqual(vi.getTimerCount(), 0)
  })
})

describe("who has to sign in first", () => {
  const wanted = `/c/${conversationId(7)}`
  const scene = (path: string, session: SessionState) => {
    const signIn: App["signIn"] = async ({ handle }) => {
      shown.setSession(isIn(handle === "aki" ? me : person(2, "Ben")))
      return { ok: true }
    }
    const shown = stage(framed(SignInPage), { path, session, conversations: [], app: { signIn } })
    const signInAs = async (handle: string) => {
      assert.strictEqual(shown.history.get(), "/sign-in")
      type(words.handle, handle)
      type(words.password, "a quiet room")
      await press(words.signIn)
      return shown.history.get()
    }
    const leave = (why: "expired" | "bySelf" | "revoked") => {
      shown.setSession({ _tag: "signedOut", why })
      return settled()
    }
    return { leave, signInAs }
  }

  it("comes to what they had opened, once", async () => {
    const { leave, signInAs } = scene(wanted, out)
    await settled()
    assert.strictEqual(await signInAs("aki"), wanted)
    await leave("bySelf")
    assert.strictEqual(await signInAs("aki"), "/", "who chose to go begins anew")
  })

  it("comes back to where they were when the sign-in ended, and nobody else does", async () => {
    const { leave, signInAs } = scene(wanted, isIn())
    await leave("expired")
    assert.strictEqual(await signInAs("aki"), wanted)
    await leave("revoked")
    assert.strictEqual(await signInAs("ben"), "/")
  })

  it("comes to nothing but this page's own paths", async () => {
    const { signInAs } = scene("//evil.example/c", out)
    await settled()
    assert.match(await signInAs("aki"), /^\/(?!\/)/)
  })
})

describe("making an account", () => {
  const policy = (registration: "open" | "invite" | "closed") => async () => ({
    registration,
    directory: "open" as const
  })

  it("asks for nothing but a name and a password where anyone may, and tells the administrator so", async () => {
    const sent: Array<object> = []
    const shown = stage(framed(RegisterPage), {
      path: "/register",
      session: out,
      conversations: [],
      app: {
        policy: policy("open"),
        register: async (form) => {
          sent.push(form)
          shown.setSession(isIn(me, true))
          return { ok: true }
        }
      }
    })
    await settled()
    assert.isNull(screen.queryByLabelText(words.invite))
    type(words.handle, "aki")
    type(words.password, "short")
    await press(words.register)
    assert.include(document.body.textContent, words.failed.password.too_short)
    // Ten characters outside the basic plane count as ten.
    type(words.password, "𠮷".repeat(10))
    await press(words.register)
    assert.deepStrictEqual(sent, [{ handle: "aki", password: "𠮷".repeat(10) }])
    assert.deepStrictEqual(shown.toasts, [words.madeAdmin("Aki")])
    assert.strictEqual(shown.history.get(), "/")
  })

  it("sends a name of one line, without the tab between two cells of a table that it was pasted from", async () => {
    const sent: Array<object> = []
    const register: App["register"] = async (form) => {
      sent.push(form)
      return { ok: false, error: { _tag: "Unreachable" } }
    }
    stage(RegisterPage, { session: out, app: { policy: policy("open"), register } })
    await settled()
    type(words.handle, "aki")
    type(words.password, "a quiet room in autumn")
    for (const name of ["営業\t部\t", "\t\u0085"]) {
      type(words.displayName, name)
      await press(words.register)
    }
    const form = { handle: "aki", password: "a quiet room in autumn" }
    assert.deepStrictEqual(sent, [{ ...form, displayName: "営業 部" }, form])
  })

  it("asks for a code where one is needed, and takes a whole link for it", async () => {
    const sent: Array<object> = []
    const register: App["register"] = async (form) => {
      sent.push(form)
      return { ok: false, error: { _tag: "RegistrationRefused", reason: "invite_invalid" } }
    }
    stage(RegisterPage, { session: out, app: { policy: policy("invite"), register } })
    await settled()
    await press(words.register)
    assert.include(document.body.textContent, words.missing.invite)
    type(words.invite, "https://chat.example/register#invite=abc-123")
    type(words.handle, "aki")
    type(words.displayName, " Aki ")
    type(words.password, "a quiet room in autumn")
    await press(words.register)
    assert.deepStrictEqual(sent, [
      { handle: "aki", displayName: "Aki", password: "a quiet room in autumn", invite: "abc-123" }
    ])
    assert.include(document.body.textContent, words.failed.registration.invite_invalid)
    assert.strictEqual(document.activeElement, field(words.invite))
  })

  it("needs no code from those who came by a link, wherever registration stands, and says what is wrong with the link", async () => {
    const sent: Array<object> = []
    const register: App["register"] = async (form) => {
      sent.push(form)
      return { ok: false, error: { _tag: "RegistrationRefused", reason: "invite_invalid" } }
    }
    stage(RegisterPage, { session: out, app: { policy: policy("closed"), invite: () => "from-link", register } })
    assert.include(document.body.textContent, words.invited)
    type(words.handle, "aki")
    type(words.password, "a quiet room in autumn")
    await press(words.register)
    assert.deepStrictEqual(sent, [{ handle: "aki", password: "a quiet room in autumn", invite: "from-link" }])
    assert.include(document.body.textContent, words.failed.registration.invite_invalid)
  })

  it("asks for another code when the one of the link is refused, keeps what was typed, and invites nobody any more", async () => {
    const sent: Array<object> = []
    const register: App["register"] = async (form) => {
      sent.push(form)
      return { ok: false, error: { _tag: "RegistrationRefused", reason: "invite_invalid" } }
    }
    stage(RegisterPage, { session: out, app: { policy: policy("invite"), invite: () => "from-link", register } })
    type(words.handle, "aki")
    type(words.password, "a quiet room in autumn")
    await press(words.register)
    const invite = field(words.invite)
    assert.strictEqual(document.activeElement, invite)
    assert.strictEqual(invite.getAttribute("aria-invalid"), "true")
    const beside = (invite.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent)
    assert.include(beside, words.failed.registration.invite_invalid)
    assert.notInclude(document.body.textContent, words.invited)
    await press(words.register)
    assert.include(document.body.textContent, words.missing.invite)
    type(words.invite, "another")
    await press(words.register)
    const form = { handle: "aki", password: "a quiet room in autumn" }
    assert.deepStrictEqual(sent, [
      { ...form, invite: "from-link" },
      { ...form, invite: "another" }
    ])
  })

  it("says so where it is closed, and shows no form", async () => {
    stage(RegisterPage, { session: out, app: { policy: policy("closed") } })
    await settled()
    assert.include(document.body.textContent, words.registrationClosed)
    assert.isNull(screen.queryByLabelText(words.handle))
  })

  it("asks the server again when it could not be reached", async () => {
    let asked = 0
    let answer: (policy: Awaited<ReturnType<App["policy"]>>) => void = () => assert.fail("nothing was asked")
    const flaky = () =>
      ++asked === 1
        ? Promise.resolve(undefined)
        : new Promise<Parameters<typeof answer>[0]>((resolve) => (answer = resolve))
    stage(framed(RegisterPage), { path: "/register", session: out, app: { policy: flaky } })
    await settled()
    const again = screen.getByRole("button", { name: en.kit.retry })
    const isAt = (busy: string | null) => {
      assert.include(document.body.textContent, words.failed.unreachable)
      assert.strictEqual(document.activeElement, again)
      assert.strictEqual(again.getAttribute("aria-busy"), busy)
    }
    again.focus()
    await press(en.kit.retry)
    isAt("true")
    answer(undefined)
    await settled()
    isAt(null)
    await press(en.kit.retry)
    answer({ registration: "open", directory: "open" })
    await settled()
    // The button went by its own press.
    assert.strictEqual(document.activeElement, field(words.handle))
  })
})

describe("a new password by a link", () => {
  const open = (resetPassword: App["resetPassword"]) => {
    history.replaceState(null, "", "/reset#reset=abcDEF-12345")
    return stage(framedReset, { path: "/reset", session: out, app: { resetPassword } })
  }
  const framedReset = () => (
    <Frame>
      <ResetPage />
    </Frame>
  )

  it("is set with the link's code, which leaves the address, and leads to the sign-in", async () => {
    const sent: Array<object> = []
    open(async (form) => {
      sent.push(form)
      return { ok: true, handle: "ben" }
    })
    assert.strictEqual(location.hash, "")
    await press(words.reset)
    assert.include(document.body.textContent, words.missing.password)
    type(words.resetPassword, "a loud room in spring")
    await press(words.reset)
    assert.deepStrictEqual(sent, [{ code: "abcDEF-12345", password: "a loud room in spring" }])
    assert.strictEqual(document.activeElement?.textContent, words.resetDone("ben"))
    assert.strictEqual(screen.getByRole("link", { name: words.signIn }).getAttribute("href"), "/sign-in")
  })

  it("says when the link no longer works, and when the password is refused", async () => {
    let answer: Extract<SignInAnswer, { ok: false }>["error"] = { _tag: "PasswordRefused", reason: "common" }
    open(async () => ({ ok: false, error: answer }))
    type(words.resetPassword, "password1234")
    await press(words.reset)
    assert.include(document.body.textContent, words.failed.password.common)
    assert.strictEqual(document.activeElement, field(words.resetPassword))
    answer = { _tag: "NotFound" }
    await press(words.reset)
    assert.strictEqual(alertText(), words.failed.resetLink)
  })

  it("is also for a person who is still signed in here, and asks nothing without a code", () => {
    history.replaceState(null, "", "/reset")
    stage(framedReset, { path: "/reset", session: isIn(), conversations: [] })
    assert.include(document.body.textContent, words.resetNoCode)
    assert.isNull(screen.queryByRole("button", { name: words.reset }))
  })
})
