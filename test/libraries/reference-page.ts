// docs/reference/libraries.md, made of the table that the tests run.
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { refusedLibraries, workingLibraries } from './libraries.ts'

const lockSchema = z.object({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
})

export function librariesReference(): string {
  const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')
  const { packages } = lockSchema.parse(JSON.parse(lock))
  const versionOf = (name: string): string => packages[`node_modules/${name}`]?.version ?? ''
  const working = workingLibraries.map(
    ({ name, use, note = '' }) => `| \`${name}\` | ${versionOf(name)} | ${use} | ${note} |`,
  )
  const refused = refusedLibraries.map(
    ({ name, why, instead, fails }) =>
      `| \`${name}\` | ${versionOf(name)} | ${why} | ${fails === 'build' ? 'the build' : 'the call'} | ${instead} |`,
  )
  return `# Libraries in a workflow

<!-- Made by \`npm run docs\` from test/libraries/libraries.ts, whose tests run each of these in a workflow. -->

Install a package in your project, import it, and it is bundled with the workflow. A package works when it needs what browsers and workers
have too ([what a workflow can use](guest-surface.md)). These were run:

| package | version | tried with | note |
| --- | --- | --- | --- |
${working.join('\n')}

These do not work:

| package | version | why | what fails | use instead |
| --- | --- | --- | --- | --- |
${refused.join('\n')}

Not in the table? Try it: \`mintage build\` names the package and the line that asks for something a workflow does not have. Packages that speak
to a database over TCP (\`pg\`, \`mysql2\`, \`mongodb\`, \`redis\`) need sockets, which a workflow does not have; use the HTTP API of the database or of your
own service. Packages with native code (\`bcrypt\`, \`sharp\`) do not work either.

A package's own \`exports\` decide which of its files is taken, by the conditions \`worker\`, \`browser\`, \`module\`, \`import\` or \`require\`, and
\`default\`; then its fields \`browser\`, \`module\` and \`main\`. A module that \`browser\` maps to \`false\` is empty. A computed \`import()\` inside a package
is a rejected promise, and a \`require\` inside \`try\` throws where it stands.
`
}
