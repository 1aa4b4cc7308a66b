export { bindings, mountedBindings } from './binding.ts'
export { bundleWorkflow, type BundleOptions } from './bundle.ts'
export {
  buildDeployment,
  prepareDeployment,
  readWorkflow,
  type DeploymentOptions,
  type ReadWorkflow,
  type WorkflowDeployment,
} from './deployment.ts'
export { failureActions, type Manifest } from './manifest.ts'
export { nearest } from './nearest.ts'
export { buildProject } from './project-build.ts'
export { findProject } from './project.ts'
export { locate, sourceLineAt } from './source-position.ts'
export { triggers } from './trigger.ts'
