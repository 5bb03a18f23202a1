/** Commands about one's own account: its devices, invites, and signing out. */
import { Limits } from "@hibiki/core/domain/Limits"
import { shownName } from "@hibiki/core/domain/NameRules"
import { Effect, Redacted } from "effect"
import { type Arguments, chatCommand, nothing, number } from "./ChatCommand.ts"

interface Invite {
  readonly people?: number
  readonly ttlHours?: number
}

/** How many people, and for how many hours or days. Rejects values that the server would refuse. */
const invite: Arguments<Invite> = (rest) => {
  const [, people, time, unit] = /^(\d{1,4})?(?:(?:^|\s+)(\d{1,3})([hd]))?$/.exec(rest) ?? []
  if (rest !== "" && people === undefined && time === undefined) return undefined
  const count = people === undefined ? {} : { people: Number(people) }
  const hours = time === undefined ? {} : { ttlHours: unit === "h" ? Number(time) : 24 * Number(time) }
  const isWithin = (max: number, value = 1) => value >= 1 && value <= max
  return isWithin(Limits.invitePeopleMax, count.people) && isWithin(Limits.inviteHoursMax, hours.ttlHours)
    ? { ...count, ...hours }
    : undefined
}

const inviteUses = (people: number): string => (people === 1 ? "It works once" : `It works for ${people} people`)

const timeWords = (ms: number): string => {
  const hours = Math.round(ms / 3_600_000)
  const [count, unit] = hours % 24 === 0 ? [hours / 24, "day"] : [hours, "hour"]
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}

export const accountCommands = {
  devices: chatCommand({
    usage: "",
    meaning: "your signed-in devices",
    args: nothing,
    run: ({ calls, session, state, ui }) =>
      Effect.map(
        session.call((options) => calls("device.list", undefined, options)),
        (devices) => {
          state.devices = devices.map(({ deviceId }) => deviceId)
          ui.lines(
            "Your devices",
            devices.map(
              (device, index) =>
                `${index + 1}  ${shownName(device.name)}  ${device.kind}  last used ${new Date(device.lastUsedAt).toISOString().slice(0, 16).replace("T", " ")}${device.current ? "  (this one)" : ""}`
            )
          )
        }
      )
  }),
  revoke: chatCommand({
    usage: "N",
    meaning: "sign device N out",
    args: number,
    run: ({ calls, session, state, ui }, index) =>
      Effect.gen(function* () {
        const deviceId = state.devices[index - 1]
        if (deviceId === undefined) return ui.refuse("First list them by /devices.")
        const password = yield* ui.ask("Your password: ")
        if (password === undefined) return ui.notice("Nothing was done.")
        yield* session.call((options) =>
          calls("device.revoke", { deviceId, password: Redacted.make(password) }, options)
        )
        ui.notice(`Device ${index} is signed out.`)
      })
  }),
  invite: chatCommand({
    usage: "[PEOPLE] [TIME]",
    meaning: "make an invite link (admins): for one person, or as in /invite 30 7d",
    args: invite,
    run: ({ calls, session, ui }, wish) =>
      Effect.map(
        session.call((options) => calls("invite.create", wish, options)),
        ({ code, ttlMs }) =>
          ui.lines("Invite", [
            `${session.credentials().server}/register#invite=${code}`,
            `${inviteUses(wish.people ?? 1)}, for ${timeWords(ttlMs)}. Each person who registers with it becomes a member.`
          ])
      )
  }),
  signout: chatCommand({
    usage: "",
    meaning: "sign this device out and quit",
    ends: true,
    args: nothing,
    run: ({ calls, forget, session }) =>
      Effect.zipRight(
        session.call((options) => calls("auth.signOut", undefined, options)),
        forget
      )
  })
}
