/**
 * Where the web client stands among the routes: its files by name, and one page for all the addresses that it shows
 * itself.
 */
import { Effect } from "effect"
import type { Answer } from "./Answer.ts"
import { notBuiltPage, notFoundPage } from "./PlainPage.ts"
import type { EdgeRequest, Route } from "./Route.ts"
import { answerFile, type FilesByName, staticFiles } from "./StaticFiles.ts"

export interface PageRoutes {
  /** By the whole path; undefined: not the page's. A look-up in what was read at the start. */
  readonly routeOf: (path: string) => Route | undefined
  /** For a path that leads nowhere: a page for people; undefined for whoever did not ask for one. */
  readonly missing: (request: EdgeRequest) => Answer | undefined
}

/** First parts of the paths that the page's own router knows; nginx.conf has the same list. */
export const screens = new Set(["", "board", "c", "join", "new", "people", "register", "settings", "sign-in"])

/** `origin`: where this server is reached. `policy`: the page's Content-Security-Policy. */
export const pageRoutes = (files: FilesByName, origin: string, policy: string): PageRoutes => {
  const served = staticFiles(files)
  const index = served.get("index.html")
  const plain = notBuiltPage(origin)
  const page: Route = {
    name: "page",
    methods: { GET: ({ headers }) => Effect.succeed(index === undefined ? plain : answerFile(index, headers, policy)) }
  }
  const routes = new Map<string, Route>()
  for (const [name, file] of served) {
    if (file !== index)
      routes.set(`/${name}`, {
        name: "static",
        methods: { GET: ({ headers }) => Effect.succeed(answerFile(file, headers, policy)) }
      })
  }
  return {
    routeOf: (path) => routes.get(path) ?? (isScreen(path) ? page : undefined),
    missing: ({ headers, method, path }) =>
      (method === "GET" || method === "HEAD") && !isForPrograms(path) && (headers.accept ?? "").includes("text/html")
        ? notFoundPage()
        : undefined
  }
}

const isScreen = (path: string): boolean =>
  path.startsWith("/") && screens.has(path.slice(1).split("/", 1)[0] ?? "") && !path.startsWith("//")

const isForPrograms = (path: string): boolean => /^\/(?:api|rpc|ws|health|assets)(?:\/|$)/.test(path)
