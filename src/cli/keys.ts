// `mintage keys`: the signing keys, straight in the database. Running servers notice a change within two seconds.
import { openExistingStore } from '../app/index.ts'
import { ConfigError, nearest } from '../errors/index.ts'
import { keyState, retireKey, rotateKeys, type KeyState, type Rotated } from '../keys/index.ts'
import type { SigningKeyRecord, Store } from '../store/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import { projectOptions } from './choose-project.ts'
import type { Command } from './command.ts'
import { dataOptions, parseUsedDataOptions } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'

export const keysCommand: Command = {
  name: 'keys',
  summary: 'Show, rotate and retire the keys that sign tokens.',
  operands: 'list | rotate | retire KID [options]',
  maxOperands: 2,
  options: [
    {
      name: 'now',
      summary: 'With rotate: the new keys sign at once, without the day in which verifiers learn them.',
    },
    { name: 'json', summary: 'One JSON document.' },
    ...projectOptions,
    ...dataOptions,
  ],
  examples: ['mintage keys list', 'mintage keys rotate', 'mintage keys retire KID'],
  run,
}

const actions = { list, rotate, retire } as const

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name)
}

interface Use {
  readonly store: Store
  readonly given: CommandArguments
  readonly output: Output
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const [action, kid] = given.operands
  const all = Object.keys(actions)
  if (action === undefined) throw usage(keysCommand, `mintage keys needs an action: ${all.join(', ')}.`)
  if (!isAction(action)) {
    const meant = nearest(action, all)
    const text = `mintage keys has no action ${JSON.stringify(action)}.`
    throw usage(keysCommand, text, meant === undefined ? undefined : `Did you mean mintage keys ${meant}?`)
  }
  if (action === 'retire' && kid === undefined) throw usage(keysCommand, 'mintage keys retire needs a KID.')
  if (action !== 'retire' && kid !== undefined)
    throw usage(keysCommand, `mintage keys ${action} takes no further argument.`)
  if (given.has('now') && action !== 'rotate') throw usage(keysCommand, '--now is for mintage keys rotate.')
  const store = await openExistingStore(await parseUsedDataOptions(given))
  try {
    await actions[action]({ store, given, output })
    return exitCodes.ok
  } finally {
    await store.close()
  }
}

async function list({ store, given, output }: Use): Promise<void> {
  const keys = await store.signingKeys.all()
  const nowMs = store.nowMs()
  const rows = keys
    .map((key) => ({ key, state: keyState(key, keys, nowMs) }))
    .toSorted(
      (a, b) => a.key.algorithm.localeCompare(b.key.algorithm) || b.key.activeFromMs - a.key.activeFromMs,
    )
  if (given.has('json')) {
    output.print(
      JSON.stringify(
        rows.map(({ key, state }) => document(key, state)),
        null,
        2,
      ),
    )
  } else if (rows.length === 0) {
    output.print(`No signing keys in ${store.description}. The first start makes them.`)
  } else {
    const width = Math.max(...rows.map(({ key }) => key.kid.length))
    const line = (...[kid, algorithm, state, times]: readonly [string, string, string, string]) =>
      `${printable(kid).padEnd(width)}  ${algorithm.padEnd(9)}  ${state.padEnd(9)}  ${times}`
    output.print(output.style('dim', line('KID', 'ALGORITHM', 'STATE', 'TIMES')))
    for (const { key, state } of rows)
      output.print(line(key.kid, key.algorithm, state, timesText(key, state)))
  }
}

function document(key: SigningKeyRecord, state: KeyState) {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    state,
    createdAt: iso(key.createdAtMs),
    activeFrom: iso(key.activeFromMs),
    retiredAt: key.retiredAtMs === null ? null : iso(key.retiredAtMs),
    removedAt: key.removedAtMs === null ? null : iso(key.removedAtMs),
  }
}

function timesText({ activeFromMs, retiredAtMs, removedAtMs }: SigningKeyRecord, state: KeyState): string {
  const until = retiredAtMs === null ? '' : ` until ${iso(retiredAtMs)}`
  if (state === 'next') return `signs from ${iso(activeFromMs)}${until}`
  if (state === 'signing') return `signs since ${iso(activeFromMs)}${until}`
  return `signed from ${iso(activeFromMs)}${until}${removedAtMs === null ? '' : `, published until ${iso(removedAtMs)}`}`
}

async function rotate({ store, given, output }: Use): Promise<void> {
  const isNow = given.has('now')
  const result = await rotateKeys({ isNow }, rotationDeps(store))
  if (result.kind === 'under-way') {
    throw new ConfigError(
      'rotation_under_way',
      `The next keys are published already; they sign from ${iso(result.activeFromMs)}.`,
      { hint: 'Wait until then, or let them sign at once: mintage keys rotate --now.' },
    )
  }
  if (given.has('json')) {
    output.print(JSON.stringify({ rotated: result.keys.map(rotatedDocument) }, null, 2))
    return
  }
  const [first] = result.keys
  const from = iso(first?.activeFromMs ?? 0)
  output.print(
    [
      isNow
        ? `The new keys sign from ${from}. A verifier with a cached key set that does not look for an unknown key refuses new tokens until its cache expires.`
        : `Published new keys. They sign from ${from}, when every verifier has them in its cache.`,
      ...result.keys.map(
        ({ algorithm, from: old, to }) => `  ${algorithm.padEnd(6)} ${old ?? 'none'} → ${to}`,
      ),
      'The old keys stay in the key set until nothing that they signed is in use. Running servers notice within two seconds.',
    ].join('\n'),
  )
}

async function retire({ store, given, output }: Use): Promise<void> {
  const [, kid = ''] = given.operands
  const result = await retireKey(kid, rotationDeps(store))
  if (result.kind === 'unknown') {
    const meant = nearest(kid, result.kids)
    throw new ConfigError('usage', `There is no signing key ${printable(kid)} in ${store.description}.`, {
      hint: meant === undefined ? 'mintage keys list shows them.' : `Did you mean ${meant}?`,
    })
  }
  const { key, atMs, successor } = result
  if (given.has('json')) {
    const replacement = successor === undefined ? null : rotatedDocument(successor)
    output.print(
      JSON.stringify(
        { kid: key.kid, algorithm: key.algorithm, retiredAt: iso(atMs), successor: replacement },
        null,
        2,
      ),
    )
    return
  }
  output.print(
    [
      `Retired ${key.kid} (${key.algorithm}): it signs nothing and leaves the key set at ${iso(atMs)}.`,
      ...(successor ? [`${successor.to} signs from then on.`] : []),
      'What this costs: tokens that it signed are refused here within two seconds, and by APIs once their cached key set expires (a minute by our Cache-Control). Applications get new tokens with their refresh tokens, which are not signed and go on working.',
    ].join('\n'),
  )
}

function rotationDeps(store: Store) {
  return { store, nowMs: () => store.nowMs(), by: 'command' } as const
}

function rotatedDocument({ algorithm, from, to, activeFromMs }: Rotated) {
  return { algorithm, from: from ?? null, to, activeFrom: iso(activeFromMs) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
