/** Versions of the socket's protocol. A side speaks every version from `oldest` to `current`. */
export const ProtocolVersion = { oldest: 1, current: 1 } as const

/** The version both sides speak, or undefined when the client's highest is older than any of ours. */
export const agree = (clientHighest: number): number | undefined =>
  clientHighest < ProtocolVersion.oldest ? undefined : Math.min(clientHighest, ProtocolVersion.current)
