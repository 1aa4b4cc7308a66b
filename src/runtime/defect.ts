// What the watch on the fast ways of a run has found (docs/decisions/0058). One run in a thousand is compared: its engine's memory and
// registers with the image, before it and after putting back, and its claims as they were read with those that the guest writes.
import * as z from 'zod'

export const defectKinds = ['memory', 'registers', 'claims'] as const
export type DefectKind = (typeof defectKinds)[number]

export const defectSchema = z.strictObject({
  kind: z.literal('defect'),
  what: z.enum(defectKinds),
  /** Id of the deployment whose run was compared. */
  deployment: z.string(),
})

const texts = {
  memory: 'the memory of an engine was not the image after it had been put back',
  registers: 'the registers of an engine were not those of the image after it had been put back',
  claims: 'the claims of a run were read differently than the guest writes them',
} as const satisfies Record<DefectKind, string>

/** A wall of the sandbox has a hole. The thread is ended, and the process goes on with whole copies and the guest's walk. */
export class SandboxDefect extends Error {
  override readonly name = 'SandboxDefect'
  readonly what: DefectKind
  readonly deployment: string

  constructor(what: DefectKind, deployment: string) {
    super(texts[what])
    this.what = what
    this.deployment = deployment
  }
}
