// A workflow's deployment as a token request needs it: the image to run, the policy, and the way from a stack to the author's line.
import {
  calledAt,
  inPackage,
  locate,
  mapPlaces,
  sourceLineAt,
  type WorkflowDeployment,
} from '../workflows/index.ts'
import type { TokenDeployment } from './run-trigger.ts'

export function tokenDeployment({ prepared, manifest, bundle }: WorkflowDeployment): TokenDeployment {
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
