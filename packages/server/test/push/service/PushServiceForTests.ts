/**
 * A push service of browsers on this machine (RFC 8030), and a browser of its: what is sent is taken, decrypted and
 * kept.
 */
import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes, verify } from "node:crypto"
import { readFileSync } from "node:fs"
import type { IncomingHttpHeaders, IncomingMessage } from "node:http"
import { createServer } from "node:https"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import type { PushAddress } from "@hibiki/core/ports/PushStore"

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
/** Self-signed, of localhost, with a key that everybody can read. */
export const certificate = file("certificate.pem")

export interface TakenPush {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export const startPushService = async () => {
  const taken: Array<TakenPush> = []
  let answer: Answer = { status: 201 }
  const server = createServer(
    { key: readFileSync(file("key.pem")), cert: readFileSync(certificate) },
    (request, response) => {
      void bodyOf(request).then((body) => {
        taken.push({ path: request.url ?? "", headers: request.headers, body })
        response.writeHead(answer.status, answer.headers).end()
      })
    }
  )
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
  const host = `localhost:${(server.address() as AddressInfo).port}`
  return {
    host,
    taken,
    answers: (next: Answer) => {
      answer = next
    },
    stop: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    }
  } as const
}

/** A browser's subscription, and the one that can read what is sent to it. */
export const subscribe = (host: string, path: string) => {
  const keys = createECDH("prime256v1")
  keys.generateKeys()
  const auth = randomBytes(16)
  const address: PushAddress = {
    endpoint: `https://${host}${path}`,
    p256dh: keys.getPublicKey().toString("base64url"),
    auth: auth.toString("base64url")
  }
  return { address, read: (body: Buffer): unknown => JSON.parse(decrypt(body, keys, auth)) }
}

/** RFC 8188's aes128gcm with RFC 8291's keys: salt, record size, the sender's public key, one record. */
const decrypt = (body: Buffer, keys: ECDH, auth: Buffer): string => {
  const salt = body.subarray(0, 16)
  const idEnd = 21 + (body[20] ?? 0)
  const sender = body.subarray(21, idEnd)
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), keys.getPublicKey(), sender])
  const secret = Buffer.from(hkdfSync("sha256", keys.computeSecret(sender), auth, info, 32))
  const derive = (label: string, length: number) =>
    Buffer.from(hkdfSync("sha256", secret, salt, `Content-Encoding: ${label}\0`, length))
  const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12))
  decipher.setAuthTag(body.subarray(-16))
  const plain = Buffer.concat([decipher.update(body.subarray(idEnd, -16)), decipher.final()])
  return plain.subarray(0, plain.lastIndexOf(2)).toString()
}

/** What the sender says of itself, if its signature is right (RFC 8292). */
export const senderOf = ({
  headers
}: TakenPush): { readonly claims: Readonly<Record<string, unknown>>; readonly key: string } => {
  const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? "") ?? []
  const [head = "", claims = "", signature = ""] = token.split(".")
  const point = Buffer.from(key, "base64url")
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url")
  }
  const signed = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const
  if (!verify("sha256", Buffer.from(`${head}.${claims}`), signed, Buffer.from(signature, "base64url")))
    throw new Error("not signed by its key")
  return { claims: JSON.parse(Buffer.from(claims, "base64url").toString()), key }
}
