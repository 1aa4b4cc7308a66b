// The only reader of process.env. Mintage's own settings; a workflow's environment variables never come from here.

export interface ProcessSettings {
  /** NO_COLOR, set to anything but the empty string: no colours (no-color.org). */
  readonly noColor: boolean
  /** MINTAGE_DEBUG: print the stack of an internal error. */
  readonly debug: boolean
}

export function readEnvironment(): ProcessSettings {
  return { noColor: isSet('NO_COLOR'), debug: isSet('MINTAGE_DEBUG') }
}

/** Programs that start a server as a part of themselves. */
export interface Starters {
  /** bin/mintage.js on an older Node sets MINTAGE_LAUNCHER for the Node that it starts. */
  readonly isLauncher: boolean
  /** npm, npx and their like set it for what they run. */
  readonly isNpm: boolean
}

export function readStarters(): Starters {
  return {
    isLauncher: isSet('MINTAGE_LAUNCHER'),
    isNpm: isSet('npm_lifecycle_event') || isSet('npm_command'),
  }
}

/**
 * Node's test runner tells the processes of its test files that they are such. What is started in one of them is not: its own tests run and
 * report by themselves.
 */
export function leaveTestRunner(): void {
  delete process.env['NODE_TEST_CONTEXT']
}

/** One variable of the process; undefined when it is not set or empty. For `${env:NAME}` in mintage.yaml. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name] || undefined
}

function isSet(name: string): boolean {
  return environmentVariable(name) !== undefined
}
