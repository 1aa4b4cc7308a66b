// Writes the pages of docs/reference that are made from code: `npm run docs`. Tests fail when a page and its source part.
import { writeFileSync } from 'node:fs'
import { mintageJsonSchema, mintageYamlReference } from '../src/config/index.ts'
import { errorsReference } from '../src/errors/index.ts'
import { managementReference } from '../src/management/index.ts'
import { runDocumentJsonSchema } from '../src/tokens/index.ts'
import { librariesReference } from '../test/libraries/reference-page.ts'

function write(name: string, text: string): void {
  writeFileSync(new URL(`reference/${name}`, import.meta.url), text)
}

write('errors.md', errorsReference())
write('libraries.md', librariesReference())
write('management-api.md', managementReference())
write('mintage-yaml.md', mintageYamlReference())
write('mintage.schema.json', `${JSON.stringify(mintageJsonSchema(), null, 2)}\n`)
write('run.schema.json', `${JSON.stringify(runDocumentJsonSchema(), null, 2)}\n`)
