/**
 * Which pushes may be on their way at once: so many to each push service, and to one that does not answer a single one,
 * which finds out whether it does again. So none takes the place of the others, however many are due there. Pure.
 */

/** Sends at once to one service. */
const slotsMax = 16
/** A service that has answered nothing for so long, though something was sent to it, is silent (ms). */
const silentAfterMs = 2_000
/** How long a push waits for a place (ms). */
const placeWithinMs = 5_000

interface Service {
  sending: number
  /** When it was sent what it did not answer, or when it answered last while more was on its way. */
  unansweredSinceMs: number | undefined
}

export class ServiceSlots {
  readonly #services = new Map<string, Service>()
  #sending = 0

  /** To all services. */
  get sending(): number {
    return this.#sending
  }

  /** What becomes of a push that wants a place since `sinceMs`: `putOff` means that it is due again later. */
  placeOf(name: string, sinceMs: number, nowMs: number): "send" | "wait" | "putOff" {
    const isSilent = this.isSilent(name, nowMs)
    if ((this.#services.get(name)?.sending ?? 0) < (isSilent ? 1 : slotsMax)) return "send"
    return isSilent || nowMs - sinceMs >= placeWithinMs ? "putOff" : "wait"
  }

  isSilent(name: string, nowMs: number): boolean {
    const sinceMs = this.#services.get(name)?.unansweredSinceMs
    return sinceMs !== undefined && nowMs - sinceMs >= silentAfterMs
  }

  begin(name: string, nowMs: number): void {
    const service = this.#services.get(name) ?? { sending: 0, unansweredSinceMs: undefined }
    this.#services.set(name, service)
    service.sending++
    this.#sending++
    service.unansweredSinceMs ??= nowMs
  }

  end(name: string, isAnswered: boolean, nowMs: number): void {
    const service = this.#services.get(name)
    if (service === undefined) return
    service.sending--
    this.#sending--
    if (isAnswered) service.unansweredSinceMs = service.sending > 0 ? nowMs : undefined
    if (service.sending === 0 && service.unansweredSinceMs === undefined) this.#services.delete(name)
  }
}
