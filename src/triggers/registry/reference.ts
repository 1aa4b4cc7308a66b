// The table of triggers in docs/reference/events.md.
import { triggers, type Trigger } from './triggers.ts'

export function triggersReference(): string {
  const rows: readonly Trigger[] = triggers
  return [
    '| trigger | in @kinde/infrastructure | when | its workflow may | fires here |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${cells(row).join(' | ')} |`),
  ].join('\n')
}

function cells({ key, member, eventType, moment, mayDo, instead }: Trigger & { readonly instead?: string }) {
  const fires = instead === undefined ? 'yes' : `no. ${instead}`
  const names = `\`WorkflowTrigger.${member}\`, \`${eventType}\``
  return [`\`${key}\``, names, `when ${moment}`, mayDo.join('; '), fires]
}
