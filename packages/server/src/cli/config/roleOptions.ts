/** The options of the roles, embedded or in a cluster, from the settings. */
import { defaultAccountLimits, defaultAccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { defaultGatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import { defaultSocketSettings } from "../../gateway/GatewaySockets.ts"
import { httpBounds } from "../../http/HttpOptions.ts"
import type { EmbeddedOptions } from "../../roles/embedded.ts"
import type { SettingsOf } from "./commandSettings.ts"
import type { SettingsValues } from "./Settings.ts"

export const accountSettings = ({
  accounts,
  limits
}: Pick<SettingsValues, "accounts" | "limits">): EmbeddedOptions["accounts"] => ({
  ...defaultAccountSettings,
  registration: accounts.registration,
  directory: accounts.directory,
  logAddresses: accounts.logAddresses,
  limits: {
    ...defaultAccountLimits,
    signInPair: {
      ...defaultAccountLimits.signInPair,
      burst: limits.signInPerMinute,
      perMinute: limits.signInPerMinute
    },
    signInAddress: {
      ...defaultAccountLimits.signInAddress,
      burst: limits.signInPerMinuteAddress,
      perMinute: limits.signInPerMinuteAddress
    },
    signInName: { ...defaultAccountLimits.signInName, perMinute: limits.signInPerHourName / 60 },
    signInUser: {
      ...defaultAccountLimits.signInUser,
      burst: limits.signInPerHour,
      perMinute: limits.signInPerHour / 60
    },
    registerAddress: {
      ...defaultAccountLimits.registerAddress,
      burst: limits.registerPerHour,
      perMinute: limits.registerPerHour / 60
    },
    refreshAddress: {
      ...defaultAccountLimits.refreshAddress,
      burst: limits.refreshPerMinuteAddress,
      perMinute: limits.refreshPerMinuteAddress
    },
    findUser: { ...defaultAccountLimits.findUser, perMinute: limits.findPerMinute },
    readUser: { ...defaultAccountLimits.readUser, burst: limits.readsBurst, perMinute: 60 * limits.readsPerSecond },
    readKilobytesUser: {
      ...defaultAccountLimits.readKilobytesUser,
      burst: limits.readKilobytesBurst,
      perMinute: 60 * limits.readKilobytesPerSecond
    },
    searchUser: { ...defaultAccountLimits.searchUser, perMinute: 60 * limits.searchPerSecond },
    profileUser: {
      ...defaultAccountLimits.profileUser,
      burst: limits.profilePerMinute,
      perMinute: limits.profilePerMinute
    },
    inviteUser: {
      ...defaultAccountLimits.inviteUser,
      burst: limits.invitePerHour,
      perMinute: limits.invitePerHour / 60
    },
    changeUser: { ...defaultAccountLimits.changeUser, burst: limits.sendBurst, perMinute: 60 * limits.sendPerSecond },
    createUser: {
      ...defaultAccountLimits.createUser,
      burst: limits.createPerHour,
      perMinute: limits.createPerHour / 60
    },
    directUser: {
      ...defaultAccountLimits.directUser,
      burst: limits.createPerHour,
      perMinute: limits.createPerHour / 60
    },
    ticketUser: { ...defaultAccountLimits.ticketUser, burst: limits.ticketPerMinute, perMinute: limits.ticketPerMinute }
  }
})

export const roleOptions = (
  settings: SettingsOf<"api">
): Pick<EmbeddedOptions, "http" | "accounts" | "gateway" | "tracesPerSecond" | "presenceHistory"> => {
  const { limits, server } = settings
  return {
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
    tracesPerSecond: limits.tracesPerSecond,
    presenceHistory: server.presenceHistory,
    gateway: {
      ...defaultGatewaySettings,
      ...defaultSocketSettings,
      sends: { ratePerSecond: limits.sendPerSecond, burst: limits.sendBurst },
      sendsInOne: { ratePerSecond: limits.sendPerSecondConversation, burst: limits.sendBurstConversation },
      ranges: { ratePerSecond: limits.readsPerSecond, burst: limits.readsBurst },
      rangeKilobytes: { ratePerSecond: limits.readKilobytesPerSecond, burst: limits.readKilobytesBurst },
      frames: { ratePerSecond: limits.framesPerSecond, burst: limits.framesBurst },
      socketsPerDevice: limits.socketsPerDevice,
      socketsPerUser: limits.socketsPerUser,
      socketsPerAddress: limits.socketsPerAddress,
      logsMax: limits.conversations
    }
  }
}
