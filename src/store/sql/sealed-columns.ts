// Every column that holds values sealed under the master key: what a rotation of that key seals anew (re-seal.ts). `SealedBox` takes only
// the places that are named in sealed-box.ts, and this table does not compile while one of them is missing.
import { isJsonObject } from '../../oauth/index.ts'
import type { SealedBox, SealedPlace, SealedPlaceName } from '../sealed-box.ts'
import {
  clientSecretPlace,
  connectionOptionsPlace,
  previousSecretPlace,
  variablePlace,
} from './catalog-rows.ts'
import { parseJson } from './json-column.ts'
import { masterKeyCheckName, masterKeyCheckPlace } from './master-key-check.ts'
import { codePlace } from './sql-invitation-store.ts'
import { payloadPlace } from './sql-job-store.ts'
import { reportPlace } from './sql-rehearsal-store.ts'
import { recordedEnvironmentPlace, recordedRunPlace } from './sql-recording-store.ts'
import { secretPlace } from './sql-secret-store.ts'
import { privateJwkPlace } from './sql-signing-key-store.ts'
import type { Tables } from './tables.ts'

export interface SealedColumn {
  readonly table: keyof Tables
  /** The column that identifies a row. */
  readonly key: string
  readonly column: string
  readonly place: (key: string) => SealedPlace
  /** The key of the only row that holds a sealed value; every row when not given. */
  readonly only?: string
  /** The sealed member of a JSON document; the whole text when not given. */
  readonly member?: string
  /** A member that says whether the other one is sealed; it always is when not given. */
  readonly when?: string
}

const byPlace: Readonly<Record<SealedPlaceName, SealedColumn>> = {
  'meta.value': {
    table: 'meta',
    key: 'name',
    column: 'value',
    place: masterKeyCheckPlace,
    only: masterKeyCheckName,
  },
  'secrets.sealed_value': { table: 'secrets', key: 'name', column: 'sealed_value', place: secretPlace },
  'signing_keys.private key': {
    table: 'signing_keys',
    key: 'kid',
    column: 'sealed_private_jwk',
    place: privateJwkPlace,
  },
  'applications.client secret': {
    table: 'applications',
    key: 'id',
    column: 'document',
    place: clientSecretPlace,
    member: 'clientSecret',
  },
  'applications.previous client secret': {
    table: 'applications',
    key: 'id',
    column: 'document',
    place: previousSecretPlace,
    member: 'previousClientSecret',
  },
  'environment_variables.value': {
    table: 'environment_variables',
    key: 'id',
    column: 'document',
    place: variablePlace,
    member: 'value',
    when: 'isSecret',
  },
  'jobs.sealed_payload': { table: 'jobs', key: 'id', column: 'sealed_payload', place: payloadPlace },
  'connections.sealed_options': {
    table: 'connections',
    key: 'id',
    column: 'sealed_options',
    place: connectionOptionsPlace,
  },
  'invitations.sealed_code': {
    table: 'invitations',
    key: 'id',
    column: 'sealed_code',
    place: codePlace,
  },
  'rehearsals.sealed_report': {
    table: 'rehearsals',
    key: 'id',
    column: 'sealed_report',
    place: reportPlace,
  },
  'recordings.sealed_run': {
    table: 'recordings',
    key: 'invocation_id',
    column: 'sealed_run',
    place: recordedRunPlace,
  },
  'recorded_environments.sealed_variables': {
    table: 'recorded_environments',
    key: 'id',
    column: 'sealed_variables',
    place: recordedEnvironmentPlace,
  },
}

export const sealedColumns: readonly SealedColumn[] = Object.values(byPlace)

/** The text of a column, sealed under the other key; undefined when nothing in it is sealed. Throws StoreError `store_corrupt`. */
export function reseal(
  text: string,
  { place, member, when }: SealedColumn,
  key: string,
  { from, to }: { readonly from: SealedBox; readonly to: SealedBox },
): string | undefined {
  const at = place(key)
  const anew = (sealed: string) => to.seal(from.open(sealed, at), at)
  if (member === undefined) return anew(text)
  const document = parseJson(text, at)
  if (!isJsonObject(document)) return undefined
  const sealed = document[member]
  if (typeof sealed !== 'string' || (when !== undefined && document[when] !== true)) return undefined
  return JSON.stringify({ ...document, [member]: anew(sealed) })
}
