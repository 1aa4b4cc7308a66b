// The work that all subjects do: one bundle, made as the product makes it, and one input. The input is handed over as
// objects, because that is how it arises; turning it into the string that crosses the wall is part of every run.
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '../src/oauth/index.ts'
import { userEvent } from '../src/triggers/fixtures/sample-events.ts'
import { bundleWorkflow } from '../src/workflows/index.ts'

export interface RunInput {
  readonly event: JsonObject
  readonly claims: Readonly<Record<string, JsonObject>>
}

export interface Workload {
  readonly name: string
  /** One CommonJS script that exports the workflow. */
  readonly code: string
  readonly bindings: readonly string[]
  readonly input: RunInput
}

export const workloadNames = ['small', 'heavy', 'waiting', 'hanging'] as const
export type WorkloadName = (typeof workloadNames)[number]

/** What Kinde mounts for a workflow that declares its tokens. */
const bindings = ['console', 'kinde.fetch', 'kinde.cache', 'kinde.accessToken', 'kinde.idToken']

export async function loadWorkload(name: WorkloadName): Promise<Workload> {
  const file = fileURLToPath(new URL(`workflows/${name}Workflow.ts`, import.meta.url))
  const { code } = await bundleWorkflow(file)
  return {
    name,
    code,
    bindings,
    input: { event: userEvent(), claims: name === 'heavy' ? heavyClaims : smallClaims },
  }
}

const idToken: JsonObject = {
  email: 'ada@example.com',
  email_verified: true,
  family_name: 'Lovelace',
  given_name: 'Ada',
  name: 'Ada Lovelace',
  org_codes: ['org_123456789'],
  picture: 'https://example.com/ada.png',
}

const smallClaims: RunInput['claims'] = {
  accessToken: {
    email: 'ada@example.com',
    org_code: 'org_123456789',
    org_name: 'Analytical Engines',
    permissions: ['create:reports', 'read:reports', 'delete:reports', 'invite:members', 'view:billing'],
    roles: [{ id: '018ee9aa-f92b-83fc-1d40-7b1a3c5e7f90', key: 'admin', name: 'Administrator' }],
    feature_flags: { new_dashboard: { t: 'b', v: true }, theme: { t: 's', v: 'violet' } },
  },
  idToken,
}

const actions = ['create', 'read', 'update', 'delete', 'export']
const heavyClaims: RunInput['claims'] = {
  accessToken: {
    org_code: 'org_123456789',
    permissions: Array.from(
      { length: 500 },
      (_, index) => `${actions[index % 5]}:resource_${Math.floor(index / 5)}`,
    ),
    feature_flags: Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`flag_${index}`, flag(index)]),
    ),
  },
  idToken,
}

function flag(index: number): JsonObject {
  if (index % 3 === 0) return { t: 'b', v: index % 2 === 0 }
  return index % 3 === 1 ? { t: 's', v: `variant ${index}` } : { t: 'i', v: index }
}
