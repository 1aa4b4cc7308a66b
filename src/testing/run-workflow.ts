// One run of a workflow in a test: the file is built, run on the production engine with what the test gives, and reported.
import { breakerOf, expectationDifference } from '../cases/index.ts'
import { AppError } from '../errors/index.ts'
import { tokenKinds } from '../oauth/index.ts'
import { redactor } from '../runtime/host-calls/index.ts'
import { runAndCheck, runDocument } from '../tokens/index.ts'
import { runnableDeployment } from '../triggers/index.ts'
import { deploymentId } from '../workflows/index.ts'
import { checkedSubject, checkOptions } from './checked-options.ts'
import { authorsLog } from './coverage.ts'
import { deploymentsOf, sharedSandbox } from './engine.ts'
import type { WorkflowEvent } from './events.ts'
import type { RunWorkflowOptions, WorkflowCase, WorkflowFile } from './options.ts'
import type { WorkflowResult } from './result.ts'
import { environmentOf, inputOf, limitsOf, momentsOf, subjectOf } from './subject.ts'
import { testError } from './test-error.ts'
import { testAnswers } from './test-answers.ts'

/**
 * Runs a workflow once, on the engine that runs it in production, and resolves to what became of the tokens. What the workflow does,
 * also that it fails, is the result; it never rejects for that.
 *
 * @param subject the workflow: a path, relative to the current folder, or a URL such as
 * `new URL('./tokensWorkflow.ts', import.meta.url)`. Or a list of them: several workflows of one trigger, which run by their `order`. Or a
 * recorded invocation (`mintage logs show ID --case`): the path of its file, which ends in `.json`, or what is in it. It brings event,
 * claims, environment, clock, seed, answers and rules; options go before them.
 * @throws WorkflowError when the file does not build; `at` is the place in the author's file.
 * @throws ConfigError `event_invalid` or `usage` for options that are not right, `case_invalid` and `case_version_unknown` for a case, and
 * `answer_missing` for an outgoing call without an answer, by its method and address.
 */
export async function runWorkflow<Event extends WorkflowEvent = WorkflowEvent>(
  subject: WorkflowFile | readonly WorkflowFile[] | WorkflowCase,
  options: RunWorkflowOptions<Event> = {},
): Promise<WorkflowResult<Event>> {
  // The engine does not keep the process alive; a test that waits for a run does.
  const underWay = setInterval(() => {}, 0x7fff_ffff)
  try {
    checkOptions(options)
    return await run(checkedSubject(subject), options)
  } catch (error) {
    throw error instanceof AppError ? testError(error) : error
  } finally {
    clearInterval(underWay)
  }
}

let runs = 0

async function run<Event extends WorkflowEvent>(
  subject: WorkflowFile | readonly WorkflowFile[] | WorkflowCase,
  options: RunWorkflowOptions<Event>,
): Promise<WorkflowResult<Event>> {
  const { files, given } = await subjectOf(subject, options)
  const environment = environmentOf(options, given)
  const momentOf = momentsOf(options, given)
  const { hostCalls, ...answers } = testAnswers(options, given)
  const deployments = await deploymentsOf(files, options)
  const [first, ...others] = deployments
  const ran = await runAndCheck(
    {
      ...inputOf(first, options, given),
      invocationId: `test_${String(++runs)}`,
      workflows: [runnableDeployment(first), ...others.map(runnableDeployment)],
      environment,
      localization: { ...given?.localization, ...options.localization },
      limits: limitsOf(options, given, { workflows: deployments.length }),
      claimsRules: given?.claimsRules,
      tokenBudget: given?.tokenBudget,
      lastGood: given?.lastGood,
      strictClaims: options.strictClaims ?? given?.strictClaims ?? false,
      ...(given && { breaker: breakerOf(given) }),
      given: (workflowId) => ({ ...momentOf(workflowId), hostCalls }),
    },
    await sharedSandbox(),
  )
  await answers.close()
  answers.check(ran.calls)
  const secrets = Object.values(environment).flatMap(({ value, isSecret }) => (isSecret ? [value] : []))
  const shown = { ...ran, log: authorsLog(ran, deployments) }
  const document = runDocument(deploymentId(deployments), shown, redactor(secrets))
  const tokens = tokenKinds.flatMap((token) => {
    const [claims, made] = [document[token], ran.tokens[token]]
    return claims && made ? [[token, { ...claims, changes: made.changes }] as const] : []
  })
  const difference = given?.expected && expectationDifference(given.expected, document)
  // The compiler does not follow which tokens a trigger mints.
  return {
    ...document,
    ...Object.fromEntries(tokens),
    ...(difference !== undefined && { difference }),
  } as unknown as WorkflowResult<Event>
}
