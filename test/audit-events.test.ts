// docs/reference/audit-events.md against the table of events, and the table against the code that writes them. That no other event is written
// is in the type of the record (AuditEvent), which the type check holds.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { auditEventsReference } from '../docs/audit-events-reference.ts'
import { auditEvents } from '../src/store/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('docs/reference/audit-events.md is the page of the table of audit events', () => {
  const page = readFileSync(join(root, 'docs/reference/audit-events.md'), 'utf8')
  assert.equal(page, auditEventsReference(), 'run `npm run docs`')
})

test('each audit event of the table is written somewhere', async () => {
  const sources: string[] = []
  for await (const file of glob('src/**/*.ts', { cwd: root })) {
    const isWriter =
      !/\.test\.ts$|\/fixtures\/|^src\/store\/(?:contract\/|audit-events\.ts|event-store\.ts)/.test(file)
    if (isWriter) sources.push(readFileSync(join(root, file), 'utf8'))
  }
  const text = sources.join('\n')
  // One place writes both: a token and a code that are used again.
  const written = (event: string) =>
    text.includes(`'${event}'`) ||
    (text.includes('`${what}.reused`') && /^(?:code|refresh_token)\.reused$/.test(event))
  assert.deepEqual(
    Object.keys(auditEvents).filter((event) => !written(event)),
    [],
  )
})
