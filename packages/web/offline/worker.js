// The service worker: the page itself opens without a network, too. It keeps the files of its build, those of the one
// before for pages that are still open, and nothing of what people say; calls and sockets pass it by. The build writes
// `build = { version, files }` in front: the paths of all files of the page.

const prefix = "hibiki-page-"
const keptName = prefix + build.version
const kept = new Set(build.files)
/** Files under it have a hash in their name. */
const hashed = "/assets/"
/** A network that does not answer counts as none after this (ms). */
const patienceMs = 4_000
/** A page that has not answered by then is loaded anew (ms). A phone's may have slept. */
const answerMs = 2_000

self.addEventListener("install", (event) => {
  // A reload lets the browser's own copies of files with a hash in their name do, and asks again for the others.
  const fetched = build.files.map(
    (path) => new Request(path, { cache: path.startsWith(hashed) ? "default" : "no-cache" })
  )
  event.waitUntil(
    caches
      .open(keptName)
      .then((cache) => cache.addAll(fetched))
      .then(() => self.skipWaiting())
  )
})

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => self.clients.claim()))
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== "GET" || origin !== self.location.origin) return
  if (request.mode === "navigate") {
    if (!/^\/(?:api|rpc|ws|health)(?:\/|$)/.test(pathname)) event.respondWith(page(request))
  } else if (kept.has(pathname) || pathname.startsWith(hashed)) event.respondWith(file(request, pathname))
})

/**
 * A page that is open still shows the build before, and loads parts of it when they are needed. Names come in the order
 * in which they were made.
 */
const forgetOld = async () => {
  const former = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== keptName)
  await Promise.all(former.slice(0, -1).map((name) => caches.delete(name)))
}

const keptAt = async (path) => (await caches.open(keptName)).match(path)

/** From the server as long as it answers, so that an update is seen with the next load; else the one that is kept. */
const page = async (request) => {
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs))
  const fetched = fetch(request)
  const answer = await Promise.race([fetched, late]).catch(() => undefined)
  // A proxy whose server is away answers, too. What is not kept, such as a slow first visit, is waited for.
  if (answer !== undefined && answer.status < 500) return answer
  return (await keptAt("/")) ?? fetched
}

/** Files with a hash in their name are what they are, whichever build they are of; the few others go with this one. */
const file = async (request, path) =>
  (await (path.startsWith(hashed) ? caches.match(path) : keptAt(path))) ?? fetch(request)

// Pushes: they say that something is unread, and not what. One that was read elsewhere meanwhile takes the notification
// back.
self.addEventListener("push", (event) => {
  event.waitUntil(notify(event.data))
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(showConversation(event.notification.data))
})

const words = { ja: "新しいメッセージがあります", en: "You have new messages" }

/** The page's, which may be another than the browser's. It is written there by `src/lib/languageOfPushes.ts`. */
const language = async () => {
  const told = await caches.match("/language", { cacheName: "hibiki-language" }).catch(() => undefined)
  const kept = await told?.text()
  if (kept !== undefined && Object.hasOwn(words, kept)) return kept
  return self.navigator.language.startsWith("ja") ? "ja" : "en"
}

const notify = async (data) => {
  const { collapse, conversationId, kind, v } = pushOf(data)
  // Of a later server, which says it in another way.
  if (v !== 1 || kind !== "cancel") {
    const lang = await language()
    return self.registration.showNotification("Hibiki", {
      body: words[lang],
      lang,
      tag: collapse,
      icon: "/favicon.svg",
      data: conversationId
    })
  }
  for (const shown of await self.registration.getNotifications({ tag: collapse })) shown.close()
}

const pushOf = (data) => {
  try {
    return data.json()
  } catch {
    return {}
  }
}

/**
 * In the page that was used last, which goes there by itself: loaded anew it would lose what is half done in it. Or in
 * a new one.
 */
const showConversation = async (id) => {
  const path = typeof id === "string" && /^[0-9a-f-]{36}$/.test(id) ? `/c/${id}` : "/"
  const [open] = await self.clients.matchAll({ type: "window" })
  if (open === undefined) return self.clients.openWindow(path)
  await open.focus()
  if (!(await goesThere(open, path)) && new URL(open.url).pathname !== path) await open.navigate(path)
}

/** One of an older build, or that is still being loaded, does not answer. */
const goesThere = (open, path) => {
  const { port1, port2 } = new MessageChannel()
  const answered = new Promise((resolve) => {
    port1.onmessage = () => resolve(true)
  })
  const late = new Promise((resolve) => setTimeout(() => resolve(false), answerMs))
  open.postMessage({ open: path }, [port2])
  return Promise.race([answered, late]).finally(() => port1.close())
}
