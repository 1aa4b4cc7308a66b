// What can go wrong between the command line and the management API of a server, and with a deployment.
import type { ErrorEntry } from './error-entry.ts'

export const deploymentCodes = {
  // The way to a server
  server_unreachable: {
    meaning: 'No server of Mintage answers at the address of --to.',
    fix: 'Check the address, and that the server runs and can be reached from here.',
  },
  server_version: {
    meaning:
      'The server is older or newer than the command line, and does not have the operation or answers in another form.',
    fix: 'Use the version of Mintage that the server runs: npx mintage@VERSION.',
  },
  server_refused: {
    meaning: 'The management API of the server refused the request.',
    fix: 'Correct what the message names.',
  },
  server_failed: {
    meaning: 'The server could not answer: its database is away, or it has a defect.',
    fix: 'Look at its log, and try again.',
  },
  credentials_missing: {
    meaning: 'A command with --to has no credentials of a machine.',
    fix: 'Set MINTAGE_CLIENT_ID and MINTAGE_CLIENT_SECRET, or MINTAGE_TOKEN, in the environment.',
  },
  credentials_refused: {
    meaning:
      'The server does not know the client id or the secret, or the token is not valid for its management API.',
    fix: 'Use a machine application (type m2m) whose apis in mintage.yaml include ${issuer}/api.',
  },
  scope_missing: {
    meaning: 'The machine does not have the scope that the operation needs.',
    fix: 'Add the scope to the machine under apis in mintage.yaml.',
  },
} as const satisfies Record<string, ErrorEntry>
