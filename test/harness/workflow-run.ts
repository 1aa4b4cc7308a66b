// A workflow file as a token request meets it: built by src/workflows, run by src/tokens, in a real sandbox that may call
// nobody but the servers of the test.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { TestContext } from 'node:test'
import { z } from 'zod'
import type { JsonObject } from '../../src/oauth/index.ts'
import { defaultLimits, openSandbox, type Environment, type Sandbox } from '../../src/runtime/index.ts'
import {
  isTokenTrigger,
  reservedClaims,
  sampleClaims,
  type ClaimsByToken,
  parseTokenEvent,
  runTokenTrigger,
  type TokenTriggerRun,
} from '../../src/tokens/index.ts'
import { runnableDeployment } from '../../src/triggers/index.ts'
import {
  buildDeployment,
  buildProject,
  findProject,
  type WorkflowDeployment,
} from '../../src/workflows/index.ts'

export interface RunGiven {
  readonly event: JsonObject
  /** The sample user's claims when not given. */
  readonly before?: ClaimsByToken
  readonly environment?: Environment
  readonly localization?: Readonly<Record<string, string>>
}

/** A sandbox with one thread that may call these origins alone; closed when the test has ended. */
export async function openTestSandbox(t: TestContext, allow: readonly string[] = []): Promise<Sandbox> {
  const sandbox = await openSandbox({ threads: 1, hostCalls: { allow } })
  t.after(() => sandbox.close())
  return sandbox
}

/** The only workflow of the project that the folder belongs to. */
export async function buildOnlyWorkflow(sandbox: Sandbox, folder: string): Promise<WorkflowDeployment> {
  const { deployments, failures } = await buildProject(await findProject(folder), sandbox, { reservedClaims })
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
  const [deployment, ...others] = deployments
  if (deployment === undefined || others.length > 0)
    throw new Error(`${folder} holds ${String(deployments.length)} workflows`)
  return deployment
}

/** A workflow file that belongs to no project. */
export async function buildFile(sandbox: Sandbox, file: string): Promise<WorkflowDeployment> {
  return buildDeployment(file, sandbox, { reservedClaims, project: { dir: dirname(file) } })
}

/** One token request, with the defaults of the command line. */
export async function runWorkflow(
  sandbox: Sandbox,
  deployment: WorkflowDeployment,
  { event: json, before, environment = {}, localization = {} }: RunGiven,
): Promise<TokenTriggerRun> {
  const { trigger } = deployment.manifest
  if (!isTokenTrigger(trigger)) throw new Error(`${trigger} mints no token`)
  const event = parseTokenEvent(json, trigger, 'event')
  return runTokenTrigger(
    {
      invocationId: randomUUID(),
      workflows: [runnableDeployment(deployment)],
      event,
      before: before ?? sampleClaims(event),
      environment,
      localization,
      limits: { ...defaultLimits, wallClockMs: 60_000 },
      strictClaims: false,
    },
    sandbox,
  )
}

const eventSchema = z.record(z.string(), z.json())

/** A JSON file, as an event or as claims. */
export async function readJson(file: string): Promise<JsonObject> {
  return eventSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}

const eventWithDomain = z.looseObject({
  context: z.looseObject({ domains: z.looseObject({ kindeDomain: z.string() }) }),
})

/** The event as it would come from another issuer. */
export function eventFrom(kindeDomain: string, event: JsonObject): JsonObject {
  const { context, ...rest } = eventWithDomain.parse(event)
  return eventSchema.parse({ ...rest, context: { ...context, domains: { kindeDomain } } })
}
