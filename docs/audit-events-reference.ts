// docs/reference/audit-events.md, made from the table of events.
import { auditEvents } from '../src/store/index.ts'

/** The page as Markdown. */
export function auditEventsReference(): string {
  const rows = Object.entries(auditEvents).map(
    ([event, { when, details }]) => `| \`${event}\` | ${when} | ${details} |`,
  )
  return `${introduction}\n${rows.join('\n')}\n`
}

const introduction = `# Audit events

The audit log has a record for each sign-in, each refused try and each change. A record is written in the commit of what it is about, so neither
exists without the other. [mintage audit](cli.md) and [GET /api/v1/mintage/audit](management-api.md) show it; \`settings.audit\` of
[mintage.yaml](mintage-yaml.md) says how long it is kept.

A record holds:

| field | |
| --- | --- |
| \`on\` | when it happened |
| \`event\` | one of the names below. A name is never used for something else |
| \`user_id\` | the user whom it is about, if it is about one |
| \`client_id\` | the application in which a user acted, or the machine that asked. Null for an operator at the database, and for a server that acts by itself |
| \`ip\` | the address that the request came from; null without one |
| \`details\` | what the table says. Never a secret; of long values the beginning |

Every operation of the management API that changes something writes \`management.\` and its operation, such as \`management.updateUser\`, by whichever way it
was asked: over HTTP, or by a command such as \`mintage users\`. Its details are the ids of what it is about, and \`before\` and \`after\` with the fields that
changed. [The reference of the management API](management-api.md) names the operations.

| event | when | \`details\` |
| --- | --- | --- |`
