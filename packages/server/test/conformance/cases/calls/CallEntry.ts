/** What a call must have: its good case, and one for each error that it may end with. */
import type { Rpc, RpcGroup } from "@effect/rpc"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import type { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { type Case, isUnprovoked, type Unprovoked } from "../../Case.ts"
import type { WireError } from "../../client.ts"
import { Mismatch } from "../../Mismatch.ts"
import type { Stage } from "../../Stage.ts"

type RpcOf<T extends RpcTag> = Extract<RpcGroup.Rpcs<typeof HibikiRpcs>, { readonly _tag: T }>
type Run = (stage: Stage) => Promise<void>

export interface CallEntry<ErrorTag extends string = string> {
  readonly good: Run
  readonly errors: Readonly<Record<ErrorTag, Run | Unprovoked>>
}

/** Every call with every error of its contract. `presence.watch` is a stream, whose errors are part of its success. */
export type CallTable = {
  readonly [T in RpcTag]: CallEntry<
    T extends "presence.watch" ? "NotFound" : Extract<Rpc.Error<RpcOf<T>>, { readonly _tag: string }>["_tag"]
  >
}

/** Errors that would need a failure, or the limit that the cases after it live by. */
export const away = {
  Unavailable: { unprovoked: "needs a store that is away" },
  RateLimited: { unprovoked: "would use up what the other cases live by" }
} as const

/** Nobody who is signed in: all calls that need it answer alike. */
export const needsSignIn = (tag: RpcTag, payload: (stage: Stage) => object = () => ({})): { readonly Unauthenticated: Run } => ({
  Unauthenticated: async (stage) => {
    await stage.api.fails(tag, payload(stage), undefined, 401, { _tag: "Unauthenticated" })
    await stage.api.fails(tag, payload(stage), stage.revoked.token, 401, { _tag: "Unauthenticated" })
  }
})

export const failsWith =
  (tag: RpcTag, status: number, error: WireError, payload: (stage: Stage) => object, who: keyof Stage["people"] | undefined): Run =>
  (stage) =>
    stage.api.fails(tag, payload(stage), who === undefined ? undefined : stage.people[who].token, status, error)

/** The cases of the table; one that fails for each call and each error that it lacks. `errorTags`: of the published contract. */
export const callCases = (
  contract: ReadonlyArray<readonly [tag: string, errorTags: ReadonlyArray<string>]>,
  table: Readonly<Record<string, CallEntry>>
): ReadonlyArray<Case> => {
  const known = new Map(Object.entries(table))
  return contract.flatMap(([tag, errorTags]): ReadonlyArray<Case> => {
    const entry = known.get(tag)
    if (entry === undefined) return [lacking(`${tag}: has a case`)]
    const errors = new Map(Object.entries(entry.errors))
    return [
      { name: `${tag}: succeeds`, run: entry.good },
      ...errorTags.flatMap((errorTag): ReadonlyArray<Case> => {
        const run = errors.get(errorTag)
        if (run === undefined) return [lacking(`${tag}: has a case of ${errorTag}`)]
        return typeof run === "function" ? [{ name: `${tag}: ${errorTag}`, run }] : isUnprovoked(run) ? [] : [lacking(tag)]
      })
    ]
  })
}

const lacking = (name: string): Case => ({ name, run: () => Promise.reject(new Mismatch("the table of calls", name, "none")) })
