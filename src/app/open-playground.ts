// The playground of this server: it signs in as the web application that lets it, and is not there when none does.
import type { MintageFile } from '../config/index.ts'
import type { FetchApp, HttpServer } from '../http/index.ts'
import { callbackPath, playgroundApp } from '../playground/index.ts'
import type { ApplicationRecord, Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { demoUser } from './demo-user.ts'
import type { ServedProject } from './served-project.ts'
import type { ServerSettings } from './server-settings.ts'

interface PlaygroundParts {
  readonly settings: Pick<ServerSettings, 'hasPlayground' | 'isDemo' | 'isProduction'>
  readonly file: MintageFile
  readonly issuer: string
  readonly http: Pick<HttpServer, 'handle'>
  readonly store: Store
  readonly project: ServedProject
  readonly log: Logger
  readonly now: () => number
}

export async function openPlayground(parts: PlaygroundParts): Promise<FetchApp | undefined> {
  const { settings, file, issuer, http, store, project, log, now } = parts
  if (!settings.hasPlayground) return undefined
  const redirectUri = `${issuer}${callbackPath}`
  const application = async (): Promise<ApplicationRecord | undefined> => {
    const { applications } = await store.directory.catalog()
    return applications.find(({ type, redirectUris }) => type === 'reg' && redirectUris.includes(redirectUri))
  }
  if ((await application()) === undefined) {
    // In development the command line says so.
    if (settings.isProduction)
      log.warn('playground_without_application', { missingRedirectUri: `\${issuer}${callbackPath}` })
    return undefined
  }
  return playgroundApp({
    issuer,
    handle: (request) => http.handle(request),
    application,
    invocations: store.invocations,
    project: () => project.status(),
    demoUser: settings.isDemo ? demoUser(file) : undefined,
    isSignUpAllowed: file.settings.signUp.isAllowed,
    nowMs: now,
  })
}
