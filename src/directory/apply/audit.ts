// What applying mintage.yaml leaves in the audit log: a record for each line of the plan. Who: the file. Only names of fields: values
// may be secrets.
import type { Change } from '../../store/index.ts'
import type { PlanStep } from './plan-step.ts'

const events = {
  add: 'mintage_file.added',
  change: 'mintage_file.changed',
  remove: 'mintage_file.removed',
} as const satisfies Record<PlanStep['action'], string>

export function auditOf({ action, what, name, fields, userId }: PlanStep, atMs: number): Change {
  return {
    kind: 'append-audit',
    record: {
      atMs,
      event: events[action],
      userId: userId ?? null,
      clientId: null,
      ip: null,
      details: { by: 'mintage.yaml', what, name, fields: [...fields] },
    },
  }
}
