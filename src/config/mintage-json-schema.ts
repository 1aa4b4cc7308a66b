// The schema of mintage.yaml as JSON Schema (2020-12): for editors, and for the reference page.
import { z } from 'zod'
import { mintageFileSchema } from './schema/mintage-file.ts'

/** Rules on texts that a reference such as `${env:NAME}` in their place would break before it is replaced. */
const textRules = ['pattern', 'format', 'minLength', 'maxLength'] as const

export function mintageJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(mintageFileSchema, {
    io: 'input',
    override: ({ jsonSchema, path }) => {
      if (jsonSchema.type !== 'string' || path.at(-1) === 'propertyNames') return
      for (const rule of textRules) delete jsonSchema[rule]
    },
  })
}
