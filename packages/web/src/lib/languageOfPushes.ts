/**
 * Tells the service worker the page's language, in which it shows pushes: mostly no page is open then, and a page's own
 * storage is closed to it.
 */

/** The worker reads it there. */
const cacheName = "hibiki-language"
const path = "/language"

/** Where there are no caches, as on plain http, there are no pushes. */
const cachesHere = typeof caches === "undefined" ? undefined : caches

export const tellLanguage = async (
  language: string,
  kept: Pick<CacheStorage, "open"> | undefined = cachesHere
): Promise<void> => {
  try {
    await (await kept?.open(cacheName))?.put(path, new Response(language))
  } catch {
    // Refused by the browser, as in some private windows: pushes are shown in the browser's language.
  }
}
