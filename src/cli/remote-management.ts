// The operations of a server's management API over HTTP: a token of the machine first, then each operation as its declaration says.
import { z } from 'zod'
import { readClientCredentials } from '../config/index.ts'
import { ConfigError, ServerError, type AppError } from '../errors/index.ts'
import type { ManagementClient } from './management-client.ts'
import { refusal, tooLarge } from './management-refusal.ts'
import { notMintage, openServerSession } from './server-session.ts'

/** A deployment is checked, and may be rehearsed, before the answer comes. */
const callLimits = { callMs: 300_000, callBytes: 64 * 1024 * 1024 }

/** Throws ConfigError. Nothing is sent before the first call. */
export function openRemoteManagement(to: string): ManagementClient {
  const credentials = readClientCredentials()
  if (credentials === undefined) {
    throw new ConfigError('credentials_missing', `There are no credentials for ${to}.`, {
      hint: 'Set MINTAGE_CLIENT_ID and MINTAGE_CLIENT_SECRET to those of a machine application (type m2m), or MINTAGE_TOKEN.',
    })
  }
  const session = openServerSession(to, {
    credentials,
    limits: callLimits,
    credentialsHint:
      'Check MINTAGE_CLIENT_ID and MINTAGE_CLIENT_SECRET, and that apis of this application in mintage.yaml has the audience ${issuer}/api.',
  })
  const { where } = session
  return {
    where,
    async call(operation, { path = {}, query = {}, body } = {}) {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const { status, json } = await session.ask(
        `/api/v1${filled(operation.path, path)}${queryText(query)}`,
        { method: operation.method.toUpperCase(), ...(text !== undefined && { body: text }) },
      )
      if (status === 413) throw tooLarge(where, Buffer.byteLength(text ?? ''))
      if (json === undefined) throw notMintage(where, status)
      if (status >= 400) throw refusedBy(json, status, operation, where)
      const parsed = operation.answer.safeParse(json)
      if (parsed.success) return parsed.data
      throw new ServerError(
        'server_version',
        `${where} answers ${operation.operationId} in another form: it runs another version of Mintage, or another server answers there.`,
      )
    },
    beginWork: () => Promise.resolve(),
    close: () => session.close(),
  }
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

function queryText(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

const problem = z.object({ code: z.string(), message: z.string() })
/** An unknown route answers with one problem rather than a list, as at Kinde. */
const errorAnswer = z.object({ errors: z.union([z.array(problem).min(1), problem]) })

function refusedBy(
  json: unknown,
  status: number,
  operation: { readonly method: string; readonly path: string; readonly scope: string | null },
  where: string,
): AppError {
  const parsed = errorAnswer.safeParse(json)
  return parsed.success ? refusal([parsed.data.errors].flat(), operation, where) : notMintage(where, status)
}
