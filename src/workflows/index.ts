export { bindings, mountedBindings } from './binding.ts'
export { bundleWorkflow, type Bundle, type BundleOptions } from './bundle.ts'
export {
  buildDeployment,
  deploymentId,
  prepareDeployment,
  workflowsOfTrigger,
  type DeploymentOptions,
  type ReadWorkflow,
  type RunSettings,
  type ServingDeployment,
  type WorkflowDeployment,
} from './deployment.ts'
export { readClaimTypes, type ClaimTypes } from './claim-types/read-claim-types.ts'
export { ChangedContent, isCode, mayBeSource } from './changed-content.ts'
export { openLiveProject, statusBeforeBuild, type LiveProject, type ProjectStatus } from './live-project.ts'
export { lineMarksLogBytes, reportedLine } from './line-marks.ts'
export {
  coverageOf,
  coverageText,
  lcovOf,
  mergedCoverage,
  parseCoverage,
  type LineCoverage,
} from './line-coverage.ts'
export { failureActions } from './manifest.ts'
export { hintForMissingName, undefinedName } from './missing-name.ts'
export { neverFires } from './never-fires.ts'
export { moduleReplacement } from './node-replacement.ts'
export {
  buildProject,
  deployBundles,
  readWorkflows,
  workflowClashes,
  type ProjectBuild,
} from './project-build.ts'
export { requiredVariables } from './required-variables.ts'
export { watchProject, type ProjectWatch } from './project-watch.ts'
export { discoverWorkflowFiles, filesBelow, isWorkflow } from './workflow-files.ts'
export { fileOfProject, findProject, findProjectFolder } from './project.ts'
export { calledAt, inPackage, locate, mapPlaces, sourceLineAt } from './source-position.ts'
export { checkTypes, typeFailures, type TypeCheck } from './type-check.ts'
