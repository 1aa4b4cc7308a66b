// `mintage demo`, which `npm start` runs: the demo workflow once, as `mintage run` does it.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArguments, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'
import { runCommand } from './run.ts'

const workflow = '../../examples/demo/kindeSrc/environment/workflows/tokensWorkflow.ts'
const event = '../../examples/events/sign-in.json'

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Run the demo workflow once.',
  operands: '',
  maxOperands: 0,
  options: [],
  examples: [],
  run,
}

async function run(_: CommandArguments, output: Output): Promise<ExitCode> {
  const [file, eventFile] = [workflow, event].map(pathFromHere)
  const args = [file ?? workflow, '--event', eventFile ?? event]
  output.print(`$ mintage run ${args.join(' ')}\n`)
  const code = await runCommand.run(parseArguments(runCommand, args), output)
  output.print(`
Next:
  change ${args[0]} and run the line above again;
  mintage build examples/demo   shows what would be deployed;
  mintage run --help            has all options, such as --json and --record.`)
  return code
}

function pathFromHere(path: string): string {
  return relative('.', fileURLToPath(new URL(path, import.meta.url)))
}
