/** The request of a WebSocket upgrade as text, right or wrong. */

const handshake = {
  Host: "x",
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="
}

/** An undefined header is left out. */
export const upgrade = (
  path: string,
  headers: Readonly<Record<string, string | undefined>> = {},
  method = "GET"
): string => {
  const all = Object.entries({ ...handshake, ...headers }).filter(([, value]) => value !== undefined)
  return `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`
}
