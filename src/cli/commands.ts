// Every command, in the order of the help text. A command is loaded when it is typed: all of them together take longer to load than most take to
// do their work.
import type { Command } from './command.ts'

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).initCommand,
  start: async () => (await import('./start.ts')).startCommand,
  dev: async () => (await import('./dev.ts')).devCommand,
  run: async () => (await import('./run.ts')).runCommand,
  rehearse: async () => (await import('./rehearse.ts')).rehearseCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  build: async () => (await import('./build.ts')).buildCommand,
  types: async () => (await import('./types.ts')).typesCommand,
  test: async () => (await import('./test-command.ts')).testCommand,
  users: async () => (await import('./users.ts')).usersCommand,
  organizations: async () => (await import('./organizations.ts')).organizationsCommand,
  applications: async () => (await import('./applications.ts')).applicationsCommand,
  sessions: async () => (await import('./sessions.ts')).sessionsCommand,
  webhooks: async () => (await import('./webhooks.ts')).webhooksCommand,
  audit: async () => (await import('./audit.ts')).auditCommand,
  deploy: async () => (await import('./deploy.ts')).deployCommand,
  deployments: async () => (await import('./deployments.ts')).deploymentsCommand,
  activate: async () => (await import('./activate.ts')).activateCommand,
  rollback: async () => (await import('./activate.ts')).rollbackCommand,
  preview: async () => (await import('./preview.ts')).previewCommand,
  canary: async () => (await import('./canary.ts')).canaryCommand,
  shadow: async () => (await import('./shadow.ts')).shadowCommand,
  logs: async () => (await import('./logs.ts')).logsCommand,
  keys: async () => (await import('./keys.ts')).keysCommand,
  import: async () => (await import('./import.ts')).importCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./backup.ts')).restoreCommand,
  secrets: async () => (await import('./secrets.ts')).secretsCommand,
}

export async function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(commands).map((load) => load()))
}
