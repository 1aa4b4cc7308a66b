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
import type { FailurePolicy } from './decision.ts'

export interface RunnableDeployment {
  readonly prepared: PreparedDeployment
  readonly failurePolicy: FailurePolicy
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

export function runnableDeployment({ prepared, manifest, bundle }: WorkflowDeployment): RunnableDeployment {
  return {
    prepared,
    failurePolicy: manifest.failurePolicy.action,
    locate: (stack) => locate(stack, bundle),
    calledAt: (stack) => calledAt(stack, bundle),
    inPackage: (stack) => inPackage(stack, bundle),
    mapPlaces: (text) => mapPlaces(text, bundle),
    sourceLine: (at) => sourceLineAt(bundle, at),
  }
}
