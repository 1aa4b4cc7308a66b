// Every error code that Mintage can show, with what it means and what to do. docs/reference/errors.md is made from this
// table and a test fails when they part; a code is a promise to those who match on it, so it is never renamed.

interface ErrorEntry {
  readonly meaning: string
  readonly fix: string
}

export const errorCodes = {
  // A run of a workflow
  workflow_threw: {
    meaning: 'The workflow threw, or the promise that it returned was rejected.',
    fix: 'Read the message and the line; catch the error if the sign-in should go on.',
  },
  workflow_denied: {
    meaning: 'The workflow called denyAccess.',
    fix: 'This is the workflow’s decision. Its reason is in the message.',
  },
  claims_invalid: {
    meaning: 'A claim holds something that JSON cannot carry, or is nested too deeply.',
    fix: 'Set strings, finite numbers, booleans, null, arrays and plain objects only.',
  },
  claims_too_large: {
    meaning: 'The claims of one token are larger than its defaults and the limit (16 KiB) together.',
    fix: 'Set fewer or shorter claims, or raise limits.claimsBytes.',
  },
  claim_reserved: {
    meaning: 'The workflow tried to change a reserved claim and strict claims are on.',
    fix: 'Remove the assignment, or turn strict claims off to have it dropped and logged.',
  },
  wall_clock_exceeded: {
    meaning: 'The run took longer than the wall-clock limit, waiting included.',
    fix: 'Wait for less, or raise limits.wallClockMs.',
  },
  running_time_exceeded: {
    meaning:
      'The workflow computed for longer than the running-time limit, in processor time; waiting does not count.',
    fix: 'Look for a loop that does not end, or raise limits.runningTimeMs.',
  },
  memory_exceeded: {
    meaning: 'The workflow used more memory than the limit.',
    fix: 'Keep less in memory at once, or raise limits.memoryBytes.',
  },
  calls_exceeded: {
    meaning: 'The workflow made more outgoing calls than the limit.',
    fix: 'Make fewer calls, or raise limits.calls.',
  },
  log_exceeded: {
    meaning: 'The workflow logged more than the limit.',
    fix: 'Log less, or raise limits.logBytes.',
  },
  never_settled: {
    meaning: 'The promise that the workflow returned can never settle: no call and no timer is pending.',
    fix: 'Look for a promise that is never resolved or rejected.',
  },
  sandbox_crashed: {
    meaning: 'The engine trapped, or the thread that ran the workflow was lost.',
    fix: 'Try again; if it happens again, report it with the recording of the run.',
  },
  sandbox_busy: {
    meaning: 'No engine was free within the wall-clock limit, or the sandbox is closed.',
    fix: 'Give the pool more threads or more runs in flight.',
  },
  replay_diverged: {
    meaning: 'A replayed run asked for something that the recording does not hold.',
    fix: 'Replay the recording with the Mintage version and the environment variables that made it.',
  },
  // An outgoing call of a workflow
  egress_denied: {
    meaning: 'The address of an outgoing call is not allowed.',
    fix: 'Call a public http(s) address, or let the operator allow this one: settings.egress.allow of mintage.yaml, --allow-host of mintage run.',
  },
  answer_invalid: {
    meaning: 'A file of --answer is not JSON, though its name says so.',
    fix: 'Correct the file at the place that the message names.',
  },
  answer_missing: {
    meaning: 'Answers stand in for servers (--answer), and none of them matches this outgoing call.',
    fix: 'Add --answer with the address of the call, or let it go out with --allow-host.',
  },
  fetch_failed: {
    meaning: 'The other server could not be reached, or it closed the connection.',
    fix: 'Check the address and the service behind it; catch the error if the sign-in should go on.',
  },
  fetch_timeout: {
    meaning: 'An outgoing call took longer than the limit.',
    fix: 'Make the other server answer faster, or raise limits.callMs.',
  },
  fetch_too_large: {
    meaning: 'The answer to an outgoing call is larger than the limit.',
    fix: 'Ask for less, or raise limits.callBytes.',
  },
  fetch_invalid: {
    meaning: 'An outgoing call has an invalid address, method, header or body.',
    fix: 'Correct the arguments of the call.',
  },
  jwt_cache_invalid: {
    meaning: 'The token handed to kinde.cache.jwtToken did not pass its validation.',
    fix: 'Check the issuer, its keys, and that the token has not expired.',
  },
  encryption_key_missing: {
    meaning: 'kinde.secureFetch was used and no encryption key is active.',
    fix: 'Configure an encryption key for the workflow.',
  },
  // A project, a workflow file, a bundle
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
    fix: 'Correct the types that are listed, or build without --strict-types.',
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
    meaning: 'Two workflows of the project have the same trigger.',
    fix: 'Keep one workflow for each trigger.',
  },
  workflow_id_duplicate: {
    meaning: 'Two workflows of the project have the same id.',
    fix: 'Give each workflow an id of its own.',
  },
  top_level_threw: {
    meaning: 'The workflow file threw while it was loaded, before its function was called.',
    fix: 'Correct the line that the message names.',
  },
  // The settings of the server
  mintage_file_invalid: {
    meaning: 'mintage.yaml has an invalid value or an unknown key.',
    fix: 'Correct each place that the message names; docs/reference/mintage-yaml.md has every key.',
  },
  // The database
  store_conflict: {
    meaning: 'A value that must be unique is taken (an address, a key, a code), or a record was deleted.',
    fix: 'Choose another value, change the record that has it, or use a record that exists.',
  },
  changed_meanwhile: {
    meaning: 'Other requests kept changing a record while this one changed it. Nothing was changed.',
    fix: 'Try again.',
  },
  store_unavailable: {
    meaning: 'The database cannot be reached, read or written.',
    fix: 'Check that it runs, that its disk has room, and the address that Mintage was given.',
  },
  store_corrupt: {
    meaning: 'A row of the database cannot be read: it was changed outside of Mintage, or is damaged.',
    fix: 'Restore the row that the message names from a backup, or remove it.',
  },
  schema_mismatch: {
    meaning: 'The database has a schema that this version of Mintage cannot serve or back up.',
    fix: 'Start the version that made the database, or a newer one.',
  },
  master_key_wrong: {
    meaning: 'The master key is not the one that the database was encrypted under.',
    fix: 'Start with the key that was used when the database was created.',
  },
  rotation_under_way: {
    meaning: 'The next signing keys are published and do not sign yet.',
    fix: 'Wait until they sign, or let them sign at once with mintage keys rotate --now.',
  },
  // Backup and restore
  backup_invalid: {
    meaning: 'The file is not a backup of Mintage, is damaged, or was cut short.',
    fix: 'Use another backup. Nothing was changed.',
  },
  database_in_use: {
    meaning: 'A running server uses a database that a command needs for itself.',
    fix: 'Stop every server on this database first: what they write meanwhile would be lost.',
  },
  database_not_empty: {
    meaning: 'There is a database where a backup should be restored.',
    fix: 'Back it up and give --overwrite to replace it, or name another place.',
  },
  file_exists: {
    meaning: 'The file that a command should write exists already.',
    fix: 'Choose another name, or give --overwrite.',
  },
  // Starting the server
  master_key_missing: {
    meaning:
      'A master key is needed and none is given: in production mode, or for a database that was encrypted under one.',
    fix: 'Set MINTAGE_MASTER_KEY to the key of the database; for a new one, to 32 random bytes as base64. Keep it as safe as the database.',
  },
  master_key_invalid: {
    meaning: 'The master key is not 32 bytes as base64.',
    fix: 'Make one with: openssl rand -base64 32.',
  },
  setting_insecure: {
    meaning: 'A setting is allowed in development and not in production.',
    fix: 'Change the setting that the message names, or start without --production.',
  },
  published_credentials: {
    meaning:
      'The project or its database has ids, secrets or passwords that Mintage publishes in its demo or its documentation.',
    fix: 'Replace them in mintage.yaml by your own, or use a data folder or a database in which the demo never ran.',
  },
  // Mail
  mail_failed: {
    meaning: 'The mail server could not be reached, or it refused the mail.',
    fix: 'Check settings.mail in mintage.yaml and the log, then request the mail again.',
  },
  // The command line
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

export type ErrorCode = keyof typeof errorCodes
