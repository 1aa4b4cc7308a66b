// The end of a reliability test: what the checker finds in the whole history, which has to be nothing.
import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import type { History } from '../harness/history.ts'
import { checkInvariants, type Evidence, type Violation } from '../harness/invariants.ts'
import type { Store } from '../../src/store/index.ts'

const jwksSchema = z.strictObject({ keys: z.array(z.looseObject({ kty: z.string() })) })

export interface Checked {
  readonly history: History
  readonly stores: readonly [Store, ...Store[]]
  readonly origin: string
  readonly issuer?: string
  readonly graceMs?: number
  readonly isWorkflowLive?: boolean
  readonly logoutTokens?: Evidence['logoutTokens'] & {}
  readonly hints?: Evidence['hints'] & {}
}

export async function violationsOf(checked: Checked): Promise<Violation[]> {
  const {
    history,
    stores,
    origin,
    issuer = origin,
    graceMs = 30_000,
    isWorkflowLive = true,
    logoutTokens = [],
    hints = [],
  } = checked
  const jwks = await publishedKeys(origin)
  return checkInvariants({
    history: history.entries(),
    stores,
    jwks,
    issuer,
    graceMs,
    isWorkflowLive,
    logoutTokens,
    hints,
  })
}

/** Fails with what was found, and where the whole history lies, so that it can be looked into. */
export async function assertInvariants(checked: Checked): Promise<void> {
  const violations = await violationsOf(checked)
  if (violations.length === 0) return
  const file = join(await mkdtemp(join(tmpdir(), 'mintage-history-')), 'history.jsonl')
  await writeFile(file, checked.history.text())
  assert.fail(`${violations.map(({ invariant, text }) => `${invariant}: ${text}`).join('\n')}\n${file}`)
}

/** The same at both of its addresses. */
export async function publishedKeys(origin: string): Promise<JSONWebKeySet> {
  const [jwks, other] = await Promise.all(
    ['/.well-known/jwks', '/.well-known/jwks.json'].map(async (path) => {
      const response = await fetch(`${origin}${path}`)
      return response.json()
    }),
  )
  assert.deepEqual(jwks, other)
  return jwksSchema.parse(jwks)
}
