// Which claims the workflows of a project set, by their own types. The project's TypeScript says it, in a process of its own.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { tokenKinds } from '../../oauth/index.ts'
import type { WorkflowDeployment } from '../deployment.ts'
import { withTypeScript, type ProjectTypeScript } from '../project-typescript.ts'

const foundSchema = z.array(
  z.object({
    /** Relative to the project. */
    file: z.string(),
    claims: z.array(
      z.object({
        token: z.enum(tokenKinds),
        name: z.string(),
        schema: z.record(z.string(), z.json()),
        isOptional: z.boolean(),
      }),
    ),
    untyped: z.array(z.object({ token: z.enum(tokenKinds), line: z.int() })),
  }),
)

export type ClaimsOfFile = z.infer<typeof foundSchema>[number]

export type ClaimTypes =
  | { readonly kind: 'read'; readonly files: readonly ClaimsOfFile[] }
  /** The project has no TypeScript. */
  | { readonly kind: 'no-compiler' }
  | { readonly kind: 'failed'; readonly reason: string }

const script = fileURLToPath(new URL(`main${import.meta.url.slice(-3)}`, import.meta.url))

/** Resolves also when the compiler cannot run. */
export async function readClaimTypes(
  dir: string,
  deployments: readonly Pick<WorkflowDeployment, 'bundle'>[],
): Promise<ClaimTypes> {
  const entries = deployments.map(({ bundle }) => bundle.entry)
  const names = [...new Set(deployments.flatMap(({ bundle }) => bundle.inputs))]
    .filter((name) => !name.split('/').includes('node_modules'))
    .toSorted()
  try {
    const files = await withTypeScript(dir, entries, (found) => readFrom(dir, names, found))
    return files === undefined ? { kind: 'no-compiler' } : { kind: 'read', files }
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

async function readFrom(
  dir: string,
  names: readonly string[],
  { typescript, folder }: ProjectTypeScript,
): Promise<ClaimsOfFile[]> {
  const files = names.map((name) => ({ name, path: join(dir, name) }))
  const request = { typescript, config: join(folder, 'tsconfig.json'), files }
  const child = spawn(process.execPath, [script, JSON.stringify(request)], {
    cwd: dir,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.withResolvers<number | null>()
  child.on('error', ended.reject).on('close', ended.resolve)
  const [printed, complaints, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended.promise,
  ])
  if (code !== 0) throw new Error(/^\w*Error: .*$/m.exec(complaints)?.[0] ?? `exit code ${String(code)}`)
  return foundSchema.parse(JSON.parse(printed))
}
