// `mintage rehearse`: what would this project do? With --fuzz it tries events that are valid and rare, without any server.
import { usage, type CommandArguments } from './arguments.ts'
import { answerOption } from './answer-option.ts'
import type { Command } from './command.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'
import { fuzzProject } from './rehearse-fuzz.ts'

export const rehearseCommand: Command = {
  name: 'rehearse',
  summary: 'Show what the workflows of a project would do, without issuing anything.',
  operands: '--fuzz [--with DIR] [options]',
  maxOperands: 0,
  options: [
    {
      name: 'with',
      value: 'DIR',
      summary: 'The project to rehearse. Default: the one of the current folder.',
    },
    {
      name: 'fuzz',
      summary:
        'Try random but valid events and users, and print the smallest event that breaks a workflow. Needs no server.',
    },
    { name: 'runs', value: 'N', summary: 'With --fuzz: events for each workflow. Default: 1000.' },
    { name: 'seed', value: 'N', summary: 'With --fuzz: the same seed tries the same events again.' },
    {
      name: 'case',
      value: 'FILE',
      summary: 'With --fuzz: write the smallest event to this file, as a case.',
    },
    answerOption,
    { name: 'env', value: 'NAME=VALUE', repeatable: true, summary: 'With --fuzz: an environment variable.' },
    { name: 'secret', value: 'NAME=VALUE', repeatable: true, summary: 'With --fuzz: a secret variable.' },
    { name: 'json', summary: 'Print one JSON document.' },
  ],
  examples: ['mintage rehearse --fuzz', 'mintage rehearse --fuzz --seed 42 --case broken.json'],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  if (!given.has('fuzz'))
    throw usage(rehearseCommand, 'Say what to rehearse.', 'mintage rehearse --fuzz tries random events.')
  return fuzzProject(rehearseCommand, given, output)
}
