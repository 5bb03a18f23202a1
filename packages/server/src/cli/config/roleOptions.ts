/** What the embedded roles are told, from the settings. */
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { defaultAccountLimits, defaultAccountSettings } from "@hibiki/core/auth/AccountPolicy"
import { defaultGatewaySettings } from "@hibiki/core/devices/GatewayPorts"
import { Effect } from "effect"
import { defaultSocketSettings } from "../../gateway/GatewaySockets.ts"
import { httpBounds } from "../../http/HttpOptions.ts"
import type { EmbeddedOptions } from "../../roles/embedded.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { misconfigured, type Problem, shown } from "../Problem.ts"

export const dataFolder = (settings: SettingsValues): string => resolve(settings.server.data)

/** Of a command that makes no sense before a first start. */
export const existingFolder = (settings: SettingsValues): Effect.Effect<string, Problem> => {
  const folder = dataFolder(settings)
  return existsSync(join(folder, "pg"))
    ? Effect.succeed(folder)
    : misconfigured(`${shown(folder)} is no data folder of Hibiki: start a server first, or set HIBIKI_DATA to its folder.`)
}

export const accountSettings = ({ accounts, limits }: SettingsValues): EmbeddedOptions["accounts"] => ({
  ...defaultAccountSettings,
  registration: accounts.registration,
  directory: accounts.directory,
  limits: {
    ...defaultAccountLimits,
    signInPair: { ...defaultAccountLimits.signInPair, burst: limits.signInPerMinute, perMinute: limits.signInPerMinute },
    signInAddress: {
      ...defaultAccountLimits.signInAddress,
      burst: limits.signInPerMinuteAddress,
      perMinute: limits.signInPerMinuteAddress
    },
    signInUser: { ...defaultAccountLimits.signInUser, burst: limits.signInPerHour, perMinute: limits.signInPerHour / 60 },
    registerAddress: { ...defaultAccountLimits.registerAddress, burst: limits.registerPerHour, perMinute: limits.registerPerHour / 60 },
    refreshAddress: {
      ...defaultAccountLimits.refreshAddress,
      burst: limits.refreshPerMinuteAddress,
      perMinute: limits.refreshPerMinuteAddress
    },
    findUser: { ...defaultAccountLimits.findUser, perMinute: limits.findPerMinute },
    readUser: { ...defaultAccountLimits.readUser, burst: limits.readsBurst, perMinute: 60 * limits.readsPerSecond },
    profileUser: { ...defaultAccountLimits.profileUser, burst: limits.profilePerMinute, perMinute: limits.profilePerMinute },
    inviteUser: { ...defaultAccountLimits.inviteUser, burst: limits.invitePerHour, perMinute: limits.invitePerHour / 60 },
    changeUser: { ...defaultAccountLimits.changeUser, burst: limits.sendBurst, perMinute: 60 * limits.sendPerSecond },
    createUser: { ...defaultAccountLimits.createUser, burst: limits.createPerHour, perMinute: limits.createPerHour / 60 },
    directUser: { ...defaultAccountLimits.directUser, burst: limits.createPerHour, perMinute: limits.createPerHour / 60 },
    ticketUser: { ...defaultAccountLimits.ticketUser, burst: limits.ticketPerMinute, perMinute: limits.ticketPerMinute }
  }
})

export const embeddedOptions = (settings: SettingsValues): Omit<EmbeddedOptions, "onStep" | "webPush"> => {
  const { limits, server } = settings
  return {
    folder: dataFolder(settings),
    http: {
      host: server.host,
      port: server.port,
      publicUrl: server.publicUrl,
      insecureHttp: server.insecureHttp,
      origins: server.origins,
      trustedProxies: server.trustedProxies,
      metrics: server.metrics,
      bounds: { ...httpBounds, connectionsMax: limits.connections, requestsMax: limits.requests }
    },
    accounts: accountSettings(settings),
    gateway: {
      ...defaultGatewaySettings,
      ...defaultSocketSettings,
      sends: { ratePerSecond: limits.sendPerSecond, burst: limits.sendBurst },
      ranges: { ratePerSecond: limits.readsPerSecond, burst: limits.readsBurst },
      frames: { ratePerSecond: limits.framesPerSecond, burst: limits.framesBurst },
      socketsPerDevice: limits.socketsPerDevice,
      socketsPerUser: limits.socketsPerUser,
      socketsPerAddress: limits.socketsPerAddress,
      logsMax: limits.conversations
    }
  }
}
