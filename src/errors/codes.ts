// Every error code that Mintage can show, with what it means and what to do: a file for each concept, *-codes.ts.
// docs/reference/errors.md is made from this table and a test fails when they part; a code is a promise to those who match
// on it, so it is never renamed.
import { commandCodes } from './command-codes.ts'
import { deploymentCodes } from './deployment-codes.ts'
import type { ErrorEntry } from './error-entry.ts'
import { projectCodes } from './project-codes.ts'
import { runCodes } from './run-codes.ts'
import { serverCodes } from './server-codes.ts'

export const errorCodes = {
  ...runCodes,
  ...projectCodes,
  ...deploymentCodes,
  ...serverCodes,
  ...commandCodes,
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCodes
