// The process that reads the types of claims. It runs the project's TypeScript, which is code of the project: nothing of our
// environment is given to it (docs/decisions/0049). The request is its argument, the answer is on standard output; both are JSON.
import { z } from 'zod'
import { openCompiler } from './compiler.ts'
import { findClaims } from './find-claims.ts'

const requestSchema = z.object({
  typescript: z.string(),
  config: z.string(),
  files: z.array(z.object({ name: z.string(), path: z.string() })),
})

const { typescript, config, files } = requestSchema.parse(JSON.parse(process.argv[2] ?? ''))
const compiler = await openCompiler(typescript, config)
try {
  const found = files.map(({ name, path }) => {
    const file = compiler.sourceFile(path)
    return { file: name, ...(file ? findClaims(file, compiler) : { claims: [], untyped: [] }) }
  })
  process.stdout.write(JSON.stringify(found))
} finally {
  compiler.close()
}
