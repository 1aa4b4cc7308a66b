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
  request_too_large: {
    meaning: 'What a command sends is larger than the server takes, or than a proxy before it lets through.',
    fix: 'Keep large data out of the bundles: an upload may have 32 MiB. Let a proxy pass as much (client_max_body_size of nginx).',
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
  // A git repository
  git_unreachable: {
    meaning: 'The git repository that deployments.git names cannot be read.',
    fix: 'Check the address and the token; a private address must be in settings.egress.allow.',
  },
  git_branch_missing: {
    meaning: 'The git repository has no branch of the name that deployments.git gives.',
    fix: 'Correct deployments.git.branch in mintage.yaml, or push the branch.',
  },
  git_too_large: {
    meaning: 'The commit has more files, or more bytes, than a project of workflows needs.',
    fix: 'Keep the project in a repository or a branch of its own.',
  },
  // A deployment
  deployment_invalid: {
    meaning: 'What was uploaded as a deployment is not one, or is one of another version.',
    fix: 'Deploy with the version of Mintage that the server runs.',
  },
  deployment_not_found: {
    meaning: 'No deployment has this id, or it was deleted because only the newest are kept.',
    fix: 'mintage deployments lists those that exist.',
  },
  deployment_failed: {
    meaning:
      'The server checked the deployment and found it wrong, so it was not activated. What was live still is.',
    fix: 'mintage deployments show ID says what is wrong with it: correct that, and deploy again.',
  },
  variable_missing: {
    meaning: 'A workflow reads an environment variable that the server does not have.',
    fix: 'Add it under environmentVariables in mintage.yaml or by the management API, or give the code a value for when it is missing, with ??.',
  },
  limit_exceeded: {
    meaning: 'A limit in the settings of the deployment is above that of the server.',
    fix: 'Lower it in settings.limits of the project, or raise it in the mintage.yaml of the server.',
  },
  rollback_impossible: {
    meaning: 'Nothing was live before what is live now, or it has been deleted since.',
    fix: 'mintage activate ID makes another deployment live.',
  },
  // Rehearsals
  rehearsal_failed: {
    meaning: 'The server could not do the rehearsal to its end.',
    fix: 'Correct what the message names, and rehearse again.',
  },
  job_interrupted: {
    meaning:
      'Background work was begun as often as it may be, and the server ended each time before the work did.',
    fix: 'Look at why the servers ended, such as the memory of the machine; then ask for the work again.',
  },
  rehearsal_stalled: {
    meaning: 'A rehearsal that was asked for makes no progress.',
    fix: 'Look at the log of the server: its background work may have stopped, or other rehearsals come first.',
  },
  too_much_changed: {
    meaning: 'More sign-ins would change than --max-changed allows.',
    fix: 'Look at the examples of the report; raise --max-changed when the changes are meant.',
  },
  // Beside the live deployment
  deployment_is_live: {
    meaning: 'A canary or a shadow was to be the deployment that is live.',
    fix: 'Name another deployment: mintage deployments lists them.',
  },
  role_vacant: {
    meaning: 'The canary or the shadow was to be changed, and no deployment has that role.',
    fix: 'Start one: mintage activate ID --canary 5%, or mintage shadow start ID.',
  },
  call_not_made: {
    meaning: 'The run of a shadow made a call other than GET, which the run that was issued had not made.',
    fix: 'Leave the workflow as it is: mintage shadow report counts such runs apart, because they cannot be compared.',
  },
} as const satisfies Record<string, ErrorEntry>
