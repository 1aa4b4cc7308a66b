// What can be wrong with a project, a workflow file or a bundle.
import type { ErrorEntry } from './error-entry.ts'

export const projectCodes = {
  project_not_found: {
    meaning: 'No kinde.json in this folder or above it.',
    fix: 'Run inside a project, or name its folder with --project.',
  },
  project_invalid: {
    meaning: 'kinde.json cannot be read.',
    fix: 'Correct the file at the place that the message names.',
  },
  workflows_not_found: {
    meaning: 'The project holds no workflow file.',
    fix: 'Add a file named *Workflow.ts below environment/workflows.',
  },
  workflow_file_not_found: {
    meaning: 'The workflow file does not exist.',
    fix: 'Check the path.',
  },
  workflow_syntax: {
    meaning: 'The workflow file, or a file that it imports, does not parse.',
    fix: 'Correct the line that the message names.',
  },
  import_unresolved: {
    meaning: 'An import of the workflow cannot be found.',
    fix: 'Install the package in the project, or correct the path.',
  },
  import_needs_builtin: {
    meaning: 'An imported package needs a module of Node that the sandbox does not have.',
    fix: 'Use a package that runs without Node, or do this work behind a call.',
  },
  type_errors: {
    meaning: 'The project’s own TypeScript found type errors, and --strict-types is set.',
    fix: 'Correct the types that are listed, or leave out --strict-types.',
  },
  types_not_checked: {
    meaning: 'The types could not be checked: the project has no TypeScript, or it did not run.',
    fix: 'Run npm install --save-dev typescript in the project, and npx tsc --noEmit to see what is wrong.',
  },
  bundle_empty: {
    meaning: 'The workflow file holds no code.',
    fix: 'Export workflowSettings and a default function.',
  },
  bundle_too_large: {
    meaning: 'The bundle of the workflow is larger than the limit.',
    fix: 'Import less, or raise limits.bundleBytes.',
  },
  default_export_missing: {
    meaning: 'The workflow exports no default function.',
    fix: 'Add `export default async function (event) { … }`.',
  },
  settings_missing: {
    meaning: 'The workflow exports no workflowSettings, or they have no id.',
    fix: 'Add `export const workflowSettings = { id: "…", trigger: … }`.',
  },
  settings_invalid: {
    meaning: 'workflowSettings has an invalid value.',
    fix: 'Correct the field that the message names.',
  },
  trigger_unknown: {
    meaning: 'workflowSettings.trigger names no known trigger.',
    fix: 'Use one of the documented triggers.',
  },
  trigger_never_fires: {
    meaning:
      'The workflow has a trigger of Kinde’s that Mintage does not fire, so it would never run. Production refuses it, because a check in it would not happen.',
    fix: 'Move what it does to the place that the message names, and remove the file.',
  },
  workflow_file_ignored: {
    meaning: 'A file exports workflowSettings but is not a workflow, because of its name or its folder.',
    fix: 'Rename or move it as the message says, or import it in a workflow.',
  },
  trigger_taken: {
    meaning:
      'Two workflows of the project have the same trigger and do not say which one runs first, or give the same order.',
    fix: 'Give each of them an order of its own in workflowSettings, or keep one workflow for the trigger.',
  },
  workflow_id_duplicate: {
    meaning: 'Two workflows of the project have the same id.',
    fix: 'Give each workflow an id of its own.',
  },
  top_level_threw: {
    meaning: 'The workflow file threw while it was loaded, before its function was called.',
    fix: 'Correct the line that the message names.',
  },
  claims_untyped: {
    meaning: 'The types of a workflow do not tell which claims it sets, or of which type they are.',
    fix: 'Give the claims a type: accessTokenCustomClaims<{ plan: string }>().',
  },
  claims_differ: {
    meaning: 'Recorded invocations issued claims that the types of the workflows do not describe.',
    fix: 'Correct the type, or what the workflow sets; mintage logs show ID shows the invocation.',
  },
} as const satisfies Record<string, ErrorEntry>
