// What the author of a workflow should look at, though it stops nothing: a binding that its trigger does not have, say.
import { formatLocation } from '../errors/index.ts'
import type { WorkflowDeployment } from '../workflows/index.ts'

export function deploymentWarnings({ warnings }: Pick<WorkflowDeployment, 'warnings'>): string[] {
  return warnings.map(({ text, at }) => (at ? `${text} (${formatLocation(at)})` : text))
}
