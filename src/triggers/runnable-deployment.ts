// A workflow's deployment as a run needs it: the image, the policy, and the way from a stack to the author's line.
import type { SourceLocation } from '../errors/index.ts'
import type { PreparedDeployment } from '../runtime/index.ts'
import {
  calledAt,
  inPackage,
  locate,
  mapPlaces,
  sourceLineAt,
  type WorkflowDeployment,
} from '../workflows/index.ts'

/** What is issued when a run fails: nothing, or the defaults without its changes. */
export type FailurePolicy = 'stop' | 'continue'

export interface RunnableDeployment {
  /** The workflow's own id, as its settings say. */
  readonly id: string
  readonly file: string
  readonly prepared: PreparedDeployment
  readonly failurePolicy: FailurePolicy
  /** How old its last good run may be to stand in for one that fails; undefined when it does not ask for that. */
  readonly lastGoodSeconds?: number | undefined
  /** Its declared bindings with their settings. */
  readonly bindings: WorkflowDeployment['manifest']['bindings']
  /** From a stack in positions of the bundle to the author's file. */
  readonly locate: (stack: string) => SourceLocation | undefined
  /** The expression that was called where a stack begins. */
  readonly calledAt: (stack: string) => string | undefined
  /** The package, and the place in it, when a stack begins in one. */
  readonly inPackage: (stack: string) => string | undefined
  /** A text with the author's positions in place of those in the bundle. */
  readonly mapPlaces: (text: string) => string
  readonly sourceLine: (at: SourceLocation) => string | undefined
}

export function runnableDeployment({
  file,
  prepared,
  manifest,
  bundle,
}: WorkflowDeployment): RunnableDeployment {
  return {
    id: manifest.id,
    file,
    prepared,
    failurePolicy: manifest.failurePolicy.action,
    lastGoodSeconds: manifest.failurePolicy.maxAgeSeconds,
    bindings: manifest.bindings,
    locate: (stack) => locate(stack, bundle),
    calledAt: (stack) => calledAt(stack, bundle),
    inPackage: (stack) => inPackage(stack, bundle),
    mapPlaces: (text) => mapPlaces(text, bundle),
    sourceLine: (at) => sourceLineAt(bundle, at),
  }
}
