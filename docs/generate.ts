// Writes the pages of docs/reference that are made from code: `npm run docs`. Tests fail when a page and its source part.
import { readFileSync, writeFileSync } from 'node:fs'
import { accountApiReference } from '../src/account-api/index.ts'
import { caseJsonSchema } from '../src/cases/index.ts'
import { mintageJsonSchema, mintageYamlReference } from '../src/config/index.ts'
import { errorsReference } from '../src/errors/index.ts'
import { managementReference } from '../src/management/index.ts'
import { minimumCommonApiTable } from '../src/runtime/index.ts'
import { runDocumentJsonSchema } from '../src/tokens/index.ts'
import { triggersReference } from '../src/triggers/registry/index.ts'
import { auditEventsReference } from './audit-events-reference.ts'
import { testingReference } from './testing-reference.ts'
import { librariesReference } from '../test/libraries/reference-page.ts'

function write(name: string, text: string): void {
  writeFileSync(new URL(`reference/${name}`, import.meta.url), text)
}

/** The part of a page that people write. */
function writePart(name: string, part: string, text: string): void {
  const page = new URL(`reference/${name}`, import.meta.url)
  const [start, end] = [`<!-- ${part}: made by npm run docs -->\n\n`, `\n\n<!-- end of ${part} -->`]
  const [before, rest] = readFileSync(page, 'utf8').split(start)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${name} has no part ${part}`)
  writeFileSync(page, before + start + text + end + after)
}

write('account-api.md', accountApiReference())
write('audit-events.md', auditEventsReference())
write('case.schema.json', `${JSON.stringify(caseJsonSchema(), null, 2)}\n`)
write('errors.md', errorsReference())
write('libraries.md', librariesReference())
write('management-api.md', managementReference())
write('mintage-yaml.md', mintageYamlReference())
write('mintage.schema.json', `${JSON.stringify(mintageJsonSchema(), null, 2)}\n`)
write('testing.md', testingReference())
write('run.schema.json', `${JSON.stringify(runDocumentJsonSchema(), null, 2)}\n`)
writePart('guest-surface.md', 'minimum common web API', minimumCommonApiTable())
writePart('events.md', 'triggers', triggersReference())
