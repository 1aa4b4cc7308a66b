// The door of the kit: what a test gives is checked, and then run.
import { AppError } from '../errors/index.ts'
import { checkedSubject, checkOptions } from './checked-options.ts'
import type { WorkflowEvent } from './events.ts'
import type { RunWorkflowOptions, WorkflowCase } from './options.ts'
import type { WorkflowResult } from './result.ts'
import { runWorkflow as run } from './run-workflow.ts'
import { testError } from './test-error.ts'

/**
 * Runs a workflow once, on the engine that runs it in production, and resolves to what became of the tokens. What the workflow does,
 * also that it fails, is the result; it never rejects for that.
 *
 * @param fileOrCase the workflow: a path, relative to the current folder, or a URL such as
 * `new URL('./tokensWorkflow.ts', import.meta.url)`. Or a recorded invocation (`mintage logs show ID --case`): the path of its file,
 * which ends in `.json`, or what is in it. It brings event, claims, environment, clock, seed and answers; options go before them.
 * @throws WorkflowError when the file does not build; `at` is the place in the author's file.
 * @throws ConfigError `event_invalid` or `usage` for options that are not right, `case_invalid` and `case_version_unknown` for a case, and
 * `answer_missing` for an outgoing call without an answer, by its method and address.
 */
export async function runWorkflow<Event extends WorkflowEvent = WorkflowEvent>(
  fileOrCase: string | URL | WorkflowCase,
  options: RunWorkflowOptions<Event> = {},
): Promise<WorkflowResult<Event>> {
  return run(checked(fileOrCase, options), options)
}

function checked(fileOrCase: unknown, options: RunWorkflowOptions): ReturnType<typeof checkedSubject> {
  try {
    checkOptions(options)
    return checkedSubject(fileOrCase)
  } catch (error) {
    throw error instanceof AppError ? testError(error) : error
  }
}
