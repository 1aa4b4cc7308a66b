// What a server refuses to start with or cannot do: its settings, its database, a backup, mail.
import type { ErrorEntry } from './error-entry.ts'

export const serverCodes = {
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
} as const satisfies Record<string, ErrorEntry>
