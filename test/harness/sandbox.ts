// A sandbox for the tests of test/runtime: open it, deploy a source text with bindings, run it with claims, environment and
// limits. Nothing is faked: real threads, the real engine, real sockets. It knows no project and no decision.
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { z } from 'zod'
import type { JsonObject } from '../../src/oauth/index.ts'
import {
  defaultLimits,
  openSandbox,
  type Environment,
  type GivenToRun,
  type Invocation,
  type InvocationResult,
  type PreparedDeployment,
  type Recording,
  type RunLimits,
  type Sandbox,
  type SandboxOptions,
} from '../../src/runtime/index.ts'
import type { Lifetime } from './http-server.ts'

export interface RunGiven {
  readonly event?: JsonObject
  readonly claims?: Readonly<Record<string, JsonObject>>
  readonly environment?: Environment
  readonly limits?: Partial<RunLimits>
  readonly replay?: Recording
  readonly given?: GivenToRun
}

export interface TestSandbox {
  readonly sandbox: Sandbox
  /** Deploys an ES module in TypeScript; its imports resolve from this repository. */
  deploy(source: string, bindings?: readonly string[]): Promise<PreparedDeployment>
  invoke(deployment: PreparedDeployment, given?: RunGiven): Promise<InvocationResult>
  /** Deploys `export default async function (event) { body }` and runs it once. */
  run(body: string, given?: RunGiven): Promise<InvocationResult>
}

export const testBindings: readonly string[] = [
  'console',
  'url',
  'util',
  'kinde.accessToken',
  'kinde.idToken',
  'kinde.auth',
  'kinde.env',
  'kinde.fetch',
  'kinde.cache',
]

export async function openTestSandbox(
  lifetime: Lifetime,
  options: SandboxOptions = {},
): Promise<TestSandbox> {
  const sandbox = await openSandbox({ threads: 1, ...options })
  lifetime.after(() => sandbox.close())
  const deploy = async (source: string, bindings = testBindings) =>
    sandbox.prepare({
      code: await bundled(source),
      bindings,
      reservedClaims: { accessToken: ['sub'], idToken: ['sub'] },
      secureFetchEncoding: 'base64url',
    })
  const invoke = async (deployment: PreparedDeployment, given: RunGiven = {}) =>
    sandbox.invoke(invocation(deployment, given))
  const run = async (body: string, given: RunGiven = {}) => invoke(await deploy(workflow(body)), given)
  return { sandbox, deploy, invoke, run }
}

/** A test that is not about the clock does not end by it, however busy the machine is. */
const patience: Partial<RunLimits> = { wallClockMs: 120_000, callMs: 60_000 }

export function invocation(deployment: PreparedDeployment, given: RunGiven = {}): Invocation {
  const { event = {}, claims = { accessToken: {} }, environment = {}, limits, replay, given: inPlace } = given
  return {
    id: randomUUID(),
    deployment,
    event,
    claims,
    environment,
    localization: {},
    limits: { ...defaultLimits, ...patience, ...limits },
    ...(replay === undefined ? {} : { replay }),
    ...(inPlace === undefined ? {} : { given: inPlace }),
  }
}

/** A workflow file: `top` at its top level, `body` in its default function. */
export function workflow(body: string, top = ''): string {
  return `${top}\nexport default async function (event) {\n${body}\n}`
}

const claimsSchema = z.looseObject({ accessToken: z.record(z.string(), z.json()) })

/** The access token's claims of a run that must have completed. */
export function claimsOf({ outcome }: InvocationResult): Record<string, z.infer<ReturnType<typeof z.json>>> {
  if (outcome.kind !== 'completed')
    throw new Error(`expected a completed run, got ${JSON.stringify(outcome)}`)
  return claimsSchema.parse(JSON.parse(outcome.claimsJson)).accessToken
}

export function logOf({ log }: InvocationResult): string[] {
  return log.map(({ text }) => text)
}

async function bundled(source: string): Promise<string> {
  const result = await build({
    stdin: { contents: source, loader: 'ts', resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'esnext',
    logLevel: 'silent',
  })
  return result.outputFiles[0]?.text ?? ''
}
