// The script `prepare` of package.json, which npm runs after each installation: makes the one script that a start reads
// (src/program/kept-program.ts). Without it the program runs as it is written and starts more slowly, so no installation fails for it.
import { fileURLToPath } from 'node:url'
import { isRecentNode, requiredNode } from './node-version.js'

const later = 'Starts take longer until "npm run prepare" has made the program one script.'

if (isRecentNode()) {
  try {
    const { keepProgram } = await import('../src/program/keep-program.ts')
    const count = await keepProgram(fileURLToPath(new URL('..', import.meta.url)))
    process.stdout.write(`mintage: ${count} files are one script now, which the next start reads.\n`)
  } catch (error) {
    process.stderr.write(`mintage: ${error instanceof Error ? error.message : String(error)}\n${later}\n`)
  }
} else {
  process.stderr.write(`mintage: this is Node ${process.version}, and it takes ${requiredNode}. ${later}\n`)
}
