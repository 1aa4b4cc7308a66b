// `mintage run`: one invocation without a server. What is run comes from files or from a recording (run-subject.ts); the
// rest is the same for both: build, run, tell.
import { randomUUIDv7 } from 'node:crypto'
import { redactor } from '../runtime/host-calls/index.ts'
import { openSandbox, type Sandbox } from '../runtime/index.ts'
import {
  reservedClaims,
  runAndCheck,
  runDocument,
  type RunDocument,
  type TokenTrigger,
  type TokenTriggerRun,
} from '../tokens/index.ts'
import { runnableDeployment } from '../triggers/index.ts'
import { isFired } from '../triggers/registry/index.ts'
import {
  deploymentId,
  workflowsOfTrigger,
  prepareDeployment,
  sourceLineAt,
  type DeploymentOptions,
  type ReadWorkflow,
  type ServingDeployment,
  type WorkflowDeployment,
} from '../workflows/index.ts'
import { answerOption, readAnswers } from './answer-option.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { errorText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'
import { writeRecordingFile } from './recording-file.ts'
import { parseRunOptions, type RunOptions } from './run-options.ts'
import { runReport } from './run-report.ts'
import { recordingOf } from './run-recording.ts'
import { subjectOfCase, subjectOfFiles, subjectOfRecording, type RunSubject } from './run-subject.ts'

export const runCommand: Command = {
  name: 'run',
  summary: 'Run workflow files against an event in the sandbox and show both tokens before and after.',
  operands: 'FILE…|DIR --event EVENT.json [options]',
  maxOperands: 100,
  options: [
    { name: 'event', value: 'FILE', summary: 'The event, or an object { event, accessToken, idToken }.' },
    {
      name: 'case',
      value: 'FILE',
      summary: 'A recorded invocation (mintage logs show ID --case), in place of --event and of answers.',
    },
    {
      name: 'env',
      value: 'NAME=VALUE',
      repeatable: true,
      summary: 'An environment variable of the workflow.',
    },
    {
      name: 'secret',
      value: 'NAME=VALUE',
      repeatable: true,
      summary: 'A secret environment variable, redacted in all output.',
    },
    { name: 'json', summary: 'Print one JSON document (docs/reference/run-json.md).' },
    {
      name: 'allow-host',
      value: 'HOST[:PORT]',
      repeatable: true,
      summary: 'Allow calls to this private address.',
    },
    {
      name: 'limit',
      value: 'NAME=VALUE',
      repeatable: true,
      summary: 'Change a limit of the run, such as wallClockMs=2000.',
    },
    answerOption,
    { name: 'strict-bindings', summary: 'Mount only the declared bindings, as Kinde’s own runtime does.' },
    { name: 'strict-claims', summary: 'Fail the run when it sets a reserved claim.' },
    {
      name: 'encryption-key',
      value: 'BASE64',
      summary: 'The key of kinde.secureFetch: 32 bytes in base64.',
    },
    {
      name: 'secure-fetch-encoding',
      value: 'base64|base64url',
      summary: 'The encoding of an encrypted body. Default: base64url.',
    },
    { name: 'record', value: 'FILE', summary: 'Write a recording to FILE, which --replay runs again.' },
    { name: 'replay', value: 'FILE', summary: 'Run a recording again. Takes neither FILE nor --event.' },
  ],
  examples: [
    'mintage run kindeSrc/environment/workflows/tokensWorkflow.ts --event sign-in.json',
    'mintage run tokensWorkflow.ts --event sign-in.json --secret CRM_KEY=k1 --allow-host localhost:8080 --json',
    "mintage run tokensWorkflow.ts --event sign-in.json --answer 'https://crm.example.com/*=customer.json'",
    'mintage run --case case.json',
    'mintage run . --event sign-in.json',
    'mintage run --replay failed-sign-in.json',
  ],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const options = parseRunOptions(given)
  const subject = await subjectOf(given, options)
  const answers = await readAnswers(runCommand.name, given)
  const sandbox = await openSandbox({
    threads: 1,
    memoryBytes: subject.limits.memoryBytes,
    hostCalls: {
      allow: options.allowHosts,
      ...(answers && { answers }),
      ...(options.encryptionKey && { encryptionKey: () => options.encryptionKey }),
    },
  })
  try {
    return await runIn(sandbox, subject, given, output)
  } finally {
    await sandbox.close()
  }
}

async function runIn(
  sandbox: Sandbox,
  subject: RunSubject,
  given: CommandArguments,
  output: Output,
): Promise<ExitCode> {
  const deploymentOptions: DeploymentOptions = { ...subject.options, reservedClaims, ...subject.buildOptions }
  const workflows = await subject.read(sandbox, deploymentOptions)
  const input = subject.input(workflows)
  const serving = await prepared(workflows, input.event.trigger, sandbox, deploymentOptions)
  const [first, ...others] = serving.workflows

  const triggerRun = await runAndCheck(
    {
      invocationId: `inv_${randomUUIDv7()}`,
      workflows: [runnableDeployment(first), ...others.map(runnableDeployment)],
      event: input.event,
      before: input.claims,
      environment: subject.environment,
      localization: input.localization,
      limits: subject.limits,
      strictClaims: subject.options.strictClaims,
      ...(subject.replay && { replay: subject.replay }),
      ...subject.given,
    },
    sandbox,
  )

  const document = documentOf(serving, triggerRun, subject)
  const recordPath = given.value('record')
  if (recordPath !== undefined) {
    const recording = recordingOf(serving, subject, input, triggerRun, document)
    await writeRecordingFile(recordPath, recording, subject.environment)
  }
  if (given.has('json')) output.print(JSON.stringify(document, null, 2))
  else tell(document, serving, triggerRun.decidedBy, output)
  return exitCodeOf(document)
}

/** All that was read is part of the deployment; those of the event's trigger serve it. */
async function prepared(
  workflows: readonly ReadWorkflow[],
  trigger: TokenTrigger,
  sandbox: Sandbox,
  options: DeploymentOptions,
): Promise<ServingDeployment> {
  const deployments: WorkflowDeployment[] = []
  for (const workflow of workflows) {
    if (isFired(workflow.manifest.trigger))
      deployments.push(await prepareDeployment(workflow, sandbox, options))
  }
  const serving = workflowsOfTrigger(deployments, trigger)
  if (!serving) throw new Error(`no workflow of ${trigger} was read`)
  return { id: deploymentId(deployments), workflows: serving }
}

function documentOf(
  serving: ServingDeployment,
  triggerRun: TokenTriggerRun,
  subject: RunSubject,
): RunDocument {
  const secrets = Object.values(subject.environment).flatMap(({ value, isSecret }) =>
    isSecret ? [value] : [],
  )
  const document = runDocument(subject.deploymentId ?? serving.id, triggerRun, redactor(secrets))
  if (!subject.difference) return document
  const difference = subject.difference(document)
  return {
    ...document,
    replay: difference === undefined ? { identical: true } : { identical: false, difference },
  }
}

function tell(
  document: RunDocument,
  { workflows }: ServingDeployment,
  { id, file }: TokenTriggerRun['decidedBy'],
  output: Output,
): void {
  const { trigger } = workflows[0].manifest
  output.print(runReport(document, { workflowId: id, trigger, file }, output))
  if (!document.error) return
  const { at } = document.error
  const shownAt = at && {
    file: at.file,
    ...(at.line !== undefined && { line: at.line }),
    ...(at.column !== undefined && { column: at.column }),
  }
  const line =
    shownAt &&
    workflows.map(({ bundle }) => sourceLineAt(bundle, shownAt)).find((found) => found !== undefined)
  output.printError(`\n${errorText({ ...document.error, at: shownAt }, line, output.styleError)}`)
}

async function subjectOf(given: CommandArguments, options: RunOptions): Promise<RunSubject> {
  const [file, ...others] = given.operands
  const event = given.value('event')
  const replay = given.value('replay')
  if (replay !== undefined) {
    for (const other of [
      'event',
      'case',
      'record',
      'limit',
      'strict-bindings',
      'strict-claims',
      'secure-fetch-encoding',
      'answer',
    ]) {
      if (given.has(other))
        throw usage(runCommand, `--replay runs what was recorded and takes no --${other}.`)
    }
    if (file !== undefined) throw usage(runCommand, '--replay runs the recorded workflow and takes no file.')
    return subjectOfRecording(replay, options)
  }
  const caseFile = given.value('case') ?? (file?.endsWith('.json') === true ? file : undefined)
  if (caseFile !== undefined) {
    const other = ['event', 'answer', 'allow-host'].find((option) => given.has(option))
    if (other !== undefined)
      throw usage(runCommand, `A case holds the event and the answers, so it takes no --${other}.`)
    const files = given.operands.filter((operand) => operand !== caseFile)
    return subjectOfCase(caseFile, files, options)
  }
  if (file === undefined)
    throw usage(runCommand, 'mintage run needs a workflow file.', 'mintage run FILE --event EVENT.json')
  if (event === undefined)
    throw usage(runCommand, 'mintage run needs an event.', `mintage run ${file} --event EVENT.json`)
  return subjectOfFiles([file, ...others], event, options)
}

function exitCodeOf(document: RunDocument): ExitCode {
  if (document.replay?.identical === false || document.error) return exitCodes.failed
  return document.decision === 'deny' ? exitCodes.denied : exitCodes.ok
}
