// For servers of tests that run no stored deployment.
import type { ManagementDeps } from '../../src/management/index.ts'

export const withoutDeployments: ManagementDeps['deployments'] = {
  place: () => Promise.reject(new Error('this server of a test has no sandbox for deployments')),
  isFollowed: false,
  settle: () => Promise.resolve(),
}
