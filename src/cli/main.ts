// From argv to an exit code. Every error ends here, in one shape and without a stack; a defect shows its stack
// only under MINTAGE_DEBUG. A server in production says it as a record of its log.
import { dirname } from 'node:path'
import { MintageFileError, type ProcessSettings } from '../config/index.ts'
import { AppError, ConfigError, errorCodes, nearest } from '../errors/index.ts'
import type { Command } from './command.ts'
import { allCommands, commands } from './commands.ts'
import { errorText, type ShownError } from './error-text.ts'
import { exitCodeForError, exitCodes, type ExitCode } from './exit-codes.ts'
import { fileProblemsText } from './file-problems-text.ts'
import { commandHelp, generalHelp } from './help-text.ts'
import type { LostLines } from './line-writer.ts'
import { terminalOutput, type Output } from './output.ts'
import { ownPackage } from './own-package.ts'
import { parseArguments } from './parse-arguments.ts'
import { logStartFailure } from './server-log.ts'
import { readSourceLine } from './source-line.ts'
import { endOnUncaughtError } from './uncaught-error.ts'

export async function runCli(args: readonly string[], settings: ProcessSettings): Promise<ExitCode> {
  const output = terminalOutput(settings)
  endOnUncaughtError((error) => showDefect(error, output, settings))
  try {
    const code = await dispatch(args, output)
    if (code === exitCodes.ok && output.lost) throw outputLost(output.lost)
    return code
  } catch (error) {
    await showError(error, args, output, settings)
    return exitCodeForError(error)
  }
}

async function dispatch(args: readonly string[], output: Output): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === undefined) {
    output.printError(generalHelp(await allCommands()))
    return exitCodes.usage
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const topic = rest.find((word) => !word.startsWith('-'))
    output.print(
      topic === undefined ? generalHelp(await allCommands()) : commandHelp(await commandNamed(topic)),
    )
    return exitCodes.ok
  }
  if (name === '--version') {
    output.print((await ownPackage()).version)
    return exitCodes.ok
  }
  const command = await commandNamed(name)
  const given = parseArguments(command, rest)
  if (given.has('help')) {
    output.print(commandHelp(command))
    return exitCodes.ok
  }
  return command.run(given, output)
}

async function commandNamed(name: string): Promise<Command> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) throw unknownCommand(name)
  return load()
}

function unknownCommand(name: string): ConfigError {
  const meant = nearest(name, Object.keys(commands))
  const hint =
    meant === undefined ? 'See mintage --help.' : `Did you mean mintage ${meant}? See mintage --help.`
  return new ConfigError('usage', `There is no command “${name}”.`, { hint })
}

function outputLost({ count, reason }: LostLines): AppError {
  const text = `${count} lines of the output could not be written (${reason}).`
  return new AppError('output_lost', text)
}

async function showError(
  error: unknown,
  args: readonly string[],
  output: Output,
  settings: ProcessSettings,
): Promise<void> {
  const shown = shownError(error)
  if (args.includes('--json')) {
    output.print(JSON.stringify({ error: shown }, null, 2))
  } else if (args[0] === 'start' && args.includes('--production')) {
    logStartFailure(error, shown, output)
  } else if (error instanceof MintageFileError) {
    output.printError(fileProblemsText(error, output.styleError))
  } else {
    const file = args[1] === undefined || args[1].startsWith('-') ? '.' : args[1]
    const line = (await readSourceLine(shown.at, file)) ?? (await readSourceLine(shown.at, dirname(file)))
    output.printError(errorText(shown, line, output.styleError))
  }
  if (shown.code === 'internal') showStack(error, output, settings)
}

function showDefect(error: unknown, output: Output, settings: ProcessSettings): void {
  output.printError(errorText(shownError(error), undefined, output.styleError))
  showStack(error, output, settings)
}

function showStack(error: unknown, output: Output, { debug }: ProcessSettings): void {
  if (debug && error instanceof Error) output.printError(error.stack ?? error.message)
}

function shownError(error: unknown): ShownError {
  if (error instanceof AppError) {
    const { code, message, at, hint = errorCodes[code].fix } = error
    return { code, message, ...(at && { at }), hint }
  }
  const message = error instanceof Error ? error.message : 'something was thrown that is not an Error'
  return {
    code: 'internal',
    message: `A defect in Mintage: ${message}`,
    hint: 'Report it with this text; MINTAGE_DEBUG=1 shows the stack.',
  }
}
