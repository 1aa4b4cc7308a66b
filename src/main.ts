// The composition root: the command line with the settings of this process.
import { runCli } from './cli/index.ts'
import { readEnvironment } from './config/index.ts'

process.exitCode = await runCli(process.argv.slice(2), readEnvironment())
