/** Why a server did not start, each in one sentence that names the setting to change. */

import type { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { notWritableText } from "@hibiki/node/FolderLock"
import { failed, misconfigured, type Problem, shown } from "@hibiki/node/Problem"
import { notPrivateText } from "@hibiki/node/privateFolder"
import type { SecretKeyProblem } from "../../accounts/SecretsNode.ts"
import type { BindRefused } from "../../http/HttpOptions.ts"
import type { ListenFailed } from "../../http/HttpServer.ts"
import type { FolderProblem } from "../../pglite/PgliteFolder.ts"
import type { SchemaFailed } from "../../roles/embeddedStores.ts"

export type StartFailure =
  | FolderProblem
  | SchemaFailed
  | SecretKeyProblem
  | ListenFailed
  | BindRefused
  | StoreUnavailable

export const startProblem = (failure: StartFailure): Problem => {
  switch (failure._tag) {
    case "FolderLocked":
      return misconfigured(
        `Another Hibiki (process ${failure.pid}) uses the folder ${shown(failure.folder)}: stop it, or set HIBIKI_DATA to another folder.`
      )
    case "FolderNotWritable":
      return misconfigured(`${notWritableText(failure)}: set HIBIKI_DATA to a folder that this user may write to.`)
    case "FolderNotPrivate":
      return misconfigured(`${notPrivateText(failure)}: set HIBIKI_DATA to a folder that only this user can use.`)
    case "FolderNewer":
      return misconfigured(
        `The folder ${shown(failure.folder)} is of a newer Hibiki (${failure.what} ${failure.found}, here ${failure.known}): update Hibiki, or set HIBIKI_DATA to another folder.`
      )
    case "FolderOther":
      return misconfigured(
        `The tables in ${shown(failure.folder, 30)} are of another build of Hibiki: export them with the program that made them, or set HIBIKI_DATA to a new folder.`
      )
    case "FolderUnusable":
      return misconfigured(
        `The folder ${shown(failure.folder)} can't be used, ${shown(failure.reason, 50)}: set HIBIKI_DATA to another folder.`
      )
    case "SchemaFailed":
      return failed(
        `The tables in ${shown(failure.folder)} could not be brought up to date: ${causeText(failure.cause)}`
      )
    case "SecretKeyProblem":
      return misconfigured(
        `The key file ${shown(failure.path)} can't be used: put it right, or set HIBIKI_DATA to another folder.`
      )
    case "ListenFailed":
      return listenProblem(failure)
    case "BindRefused":
      return misconfigured(failure.reason)
    case "StoreUnavailable":
      return failed(`The database did not answer (${failure.operation}): ${causeText(failure.cause)}`)
  }
}

export const listenProblem = ({
  code,
  host,
  port
}: {
  readonly code: string
  readonly host: string
  readonly port: number
}): Problem => {
  switch (code) {
    case "EADDRINUSE":
      return misconfigured(`Port ${port} on ${shown(host)} is taken by another program: set HIBIKI_PORT to a free one.`)
    case "EACCES":
      return misconfigured(`Port ${port} may not be opened by this user: set HIBIKI_PORT to one above 1023.`)
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return misconfigured(
        `This machine has no address ${shown(host)}: set HIBIKI_HOST to one that it has, such as 127.0.0.1.`
      )
    default:
      return misconfigured(
        `Port ${port} on ${shown(host)} can't be opened (${code}): set HIBIKI_PORT or HIBIKI_HOST to others.`
      )
  }
}

const causeText = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
