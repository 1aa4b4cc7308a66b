// Types the real command in a real temporary folder: `mintage ARGS…`, as a user's shell would start it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { typeMintage } from '../harness/mintage-command.ts'

export interface TypedCommand {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Folder extends AsyncDisposable {
  readonly path: string
  write(name: string, text: string): Promise<void>
  mintage(...args: string[]): Promise<TypedCommand>
}

/** A temporary folder with these files in it; removed with `await using`. */
export async function openFolder(files: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'mintage-cli-'))
  const folder: Folder = {
    path,
    async write(name, text) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await writeFile(join(path, name), text)
    },
    mintage: (...args) => type(args, path),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
  for (const [name, text] of Object.entries(files)) await folder.write(name, text)
  return folder
}

/** Durations and ids differ from run to run and from version to version; everything else is compared to the letter. */
export function steady(text: string): string {
  return text
    .replaceAll(/\b\d+(?:\.\d+)? ms\b/g, 'N ms')
    .replaceAll(/"durationMs": [\d.]+/g, '"durationMs": 0')
    .replaceAll(/\bdep_[0-9a-f]{24}\b/g, 'dep_ID')
}

/** An event of C§7; no organization, so that the sample user's tokens stay small. */
export const signInEvent = JSON.stringify({
  request: { auth: { audience: ['https://api.example.com/v1'] }, ip: '192.0.2.1' },
  context: {
    domains: { kindeDomain: 'https://example.kinde.com' },
    auth: { origin: 'authorization_request', isExistingSession: false, connectionId: 'conn_1' },
    application: { clientId: 'app_1' },
    user: { id: 'kp_1', identityId: 'identity_1' },
    workflow: { trigger: 'user:tokens_generation' },
  },
})

/** The same event with default claims of its own. */
export const smallEvent = JSON.stringify({
  event: JSON.parse(signInEvent),
  accessToken: {
    sub: 'kp_1',
    plan: 'free',
    roles: [{ id: '1', key: 'admin', name: 'Admin' }],
    feature_flags: {},
  },
  idToken: { sub: 'kp_1', name: 'Ada' },
})

/** A workflow with this body; `token` and `event` are in reach. */
export function workflow(body: string, settings = ''): string {
  return `export const workflowSettings = {
  id: 'tokens',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.auth': {}, 'kinde.env': {}, 'kinde.fetch': {} },
  ${settings}
}
export default async function (event) {
  const token = kinde.accessToken.getCustomClaims()
${body}
}
`
}

async function type(args: readonly string[], cwd: string): Promise<TypedCommand> {
  const { exitCode, stdout, stderr } = await typeMintage(args, cwd)
  return { code: exitCode, stdout, stderr }
}
