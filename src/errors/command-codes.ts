// What can be wrong with a command line and the files that it names.
import type { ErrorEntry } from './error-entry.ts'

export const commandCodes = {
  usage: {
    meaning: 'The command line is invalid.',
    fix: 'See mintage --help.',
  },
  event_invalid: {
    meaning: 'The event file is not JSON, or not an event.',
    fix: 'Correct the field that the message names.',
  },
  port_in_use: {
    meaning: 'Another process listens on the port.',
    fix: 'Stop that process, or choose another port with --port.',
  },
  address_unavailable: {
    meaning:
      'The server cannot listen on the address: it is not this machine’s, or the port is not for this user.',
    fix: 'Choose another --host or --port.',
  },
  file_unreadable: {
    meaning: 'A file that the command line names cannot be read or written.',
    fix: 'Check the path and its permissions.',
  },
  recording_invalid: {
    meaning: 'The file is not a recording of a run.',
    fix: 'Make one with mintage run --record FILE.',
  },
  recording_missing: {
    meaning: 'Nothing is kept with which the invocation could run again.',
    fix: 'Choose a newer invocation; settings.recordings says how long they are kept, and whether they are.',
  },
  case_invalid: {
    meaning: 'The file is not a case: a recorded invocation in a file.',
    fix: 'Correct the field that the message names, or write the case again with mintage logs show ID --case.',
  },
  case_version_unknown: {
    meaning: 'The case is of another version of its format.',
    fix: 'Write the case again with this Mintage, or use the Mintage that wrote it.',
  },
  tests_not_found: {
    meaning: 'The folder holds no test of a workflow.',
    fix: 'Write a file named *.workflow.test.ts; see docs/guides/test-a-workflow.md.',
  },
  output_lost: {
    meaning:
      'A command could not write all of its output, because the disk is full or a file is at its size limit.',
    fix: 'Free some space and run the command again.',
  },
  internal: {
    meaning: 'A defect in Mintage.',
    fix: 'Report it with the text that was printed.',
  },
} as const satisfies Record<string, ErrorEntry>
