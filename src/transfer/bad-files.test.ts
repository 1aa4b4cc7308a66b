// Files that are not what they should be, as a hurried or a hostile person hands them over: each is told from an export, with a place and what
// to do, and what can be read of it is read.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AppError } from '../errors/index.ts'
import { openAuth0Export, openCsv, openKindeExport } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'mintage-import-'))
after(() => rm(folder, { recursive: true, force: true }))

const openers = { csv: openCsv, kinde: openKindeExport, auth0: openAuth0Export }
type System = keyof typeof openers

/** A line for each user: who, or what is wrong with them; at the end why the file was left. */
async function read(system: System, files: Readonly<Record<string, string | Uint8Array>>): Promise<string[]> {
  const place = await mkdtemp(join(folder, 'case-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(place, name), content)
  const lines: string[] = []
  try {
    const [only = ''] = Object.keys(files)
    const source = await openers[system](system === 'csv' ? join(place, only) : place)
    for await (const one of source.users(0)) {
      if (one.kind === 'unreadable') lines.push(`${one.at} ${one.reason}`)
      else {
        const { identifiers, firstName = '', password, leftOut } = one.entry
        const shown = [identifiers[0]?.value, firstName, password?.method ?? '', ...leftOut]
        lines.push(`${one.at} ${shown.filter((part) => part !== '').join(' | ')}`)
      }
    }
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    lines.push(error.message.replaceAll(`${place}/`, ''))
  }
  return lines
}

const users = (text: string | Uint8Array) => ({ 'users.ndjson': text })
const table = (text: string | Uint8Array) => ({ 'users.csv': text })
const ada = '{"email":"ada@example.com"}'
const zip = Buffer.from('PK\u0003\u0004 and more', 'latin1')

interface Case {
  readonly system: System
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly lines: readonly string[]
}

const cases: Readonly<Record<string, Case>> = {
  'a table with a byte order mark, Windows line ends, commas and line ends in quotes': {
    system: 'csv',
    files: table(
      '\uFEFFEmail,first_name\r\nada@example.com,"Ada, ""the\r\nfirst"""\r\nbo@example.com,Bo\r\n',
    ),
    lines: ['users.csv:3 ada@example.com | Ada, "the\r\nfirst"', 'users.csv:4 bo@example.com | Bo'],
  },
  'a table that gzip has packed': {
    system: 'csv',
    files: table(gzipSync('email\nada@example.com\n')),
    lines: ['users.csv:2 ada@example.com'],
  },
  'a value with a comma that is not in quotes': {
    system: 'csv',
    files: table('email,first_name\nada@example.com,Lovelace, Ada\nbo@example.com\n'),
    lines: [
      'users.csv:2 it has more values than there are columns; a value that holds a comma has to be in quotes',
      'users.csv:3 bo@example.com',
    ],
  },
  'a table in another encoding': {
    system: 'csv',
    files: table(Buffer.from('email,first_name\nada@example.com,Zoë\nbo@example.com,Bo\n', 'latin1')),
    lines: ['users.csv:2 it is not UTF-8', 'users.csv:3 bo@example.com | Bo'],
  },
  'a hash of an unknown method, and a salt that is not text': {
    system: 'csv',
    files: table(
      'email,hashed_password,hashing_method,salt,salt_format\nada@example.com,abc,Rot13,,\nbo@example.com,abc,md5,ff00,hex\n',
    ),
    lines: [
      'users.csv:2 ada@example.com | a password: the hashing method rot13 is not known',
      'users.csv:3 bo@example.com | a password: its salt is not hexadecimal digits of a text',
    ],
  },
  'a table of semicolons': {
    system: 'csv',
    files: table('email;first_name\n'),
    lines: ['users.csv:1 separates values by semicolons or tabs.'],
  },
  'a column twice': {
    system: 'csv',
    files: table('email,Email\n'),
    lines: ['users.csv:1 has the column “email” twice.'],
  },
  'a table without a header': {
    system: 'csv',
    files: table('first_name,last_name\nAda,Lovelace\n'),
    lines: ['users.csv:1 has no column by which users sign in.'],
  },
  'a quote that never ends': {
    system: 'csv',
    files: table(`email,first_name\nada@example.com,Ada\nbo@example.com,"Bo\n${'x'.repeat(2_000_000)}`),
    lines: [
      'users.csv:2 ada@example.com | Ada',
      'users.csv:4 cannot be read: a line has more than 1 MB, or a quote does not end.',
    ],
  },
  'a quote inside of a value': {
    system: 'csv',
    files: table('email,first_name\nada@example.com,A"da"\n'),
    lines: ['users.csv:2 cannot be read: a quote begins inside of a value.'],
  },
  'an empty table': { system: 'csv', files: table(''), lines: ['users.csv is empty.'] },
  'a workbook': {
    system: 'csv',
    files: { 'users.xlsx': zip },
    lines: ['users.xlsx is a .zip, or the workbook of a spreadsheet.'],
  },
  'lines of Windows with a byte order mark, and a line separator of Unicode in a name': {
    system: 'kinde',
    files: users(`\uFEFF${ada}\r\n\r\n{"email":"bo@example.com","first_name":"B\u2028o"}\r\n`),
    lines: ['users.ndjson:1 ada@example.com', 'users.ndjson:3 bo@example.com | B\u2028o'],
  },
  'lines that are packed under a plain name': {
    system: 'kinde',
    files: users(gzipSync(`${ada}\n`)),
    lines: ['users.ndjson:1 ada@example.com'],
  },
  'a packed file that was cut off': {
    system: 'kinde',
    files: { 'users.ndjson.gz': gzipSync(`${ada}\n`).subarray(0, -9) },
    lines: ['users.ndjson.gz:1 ada@example.com', 'users.ndjson.gz:2 cannot be read: unexpected end of file.'],
  },
  'a line of two megabytes, one in another encoding, and texts that a database cannot hold': {
    system: 'kinde',
    files: users(
      Buffer.concat([
        Buffer.from(`${ada}\n{"email":"${'x'.repeat(2_000_000)}"}\n`),
        Buffer.from('{"email":"zoë@example.com"}\n', 'latin1'),
        Buffer.from('{"email":"a@example.com","first_name":"\\u0000"}\n'),
        Buffer.from('{"email":"b@example.com","first_name":"\\ud800"}\n'),
        Buffer.from('{"email":"c@example.com","first_name":"\\\\u0000 \\ud83d\\ude00"}'),
      ]),
    ),
    lines: [
      'users.ndjson:1 ada@example.com',
      'users.ndjson:2 the line has more than 1 MB',
      'users.ndjson:3 the line is not UTF-8',
      'users.ndjson:4 a text holds a NUL character',
      'users.ndjson:5 a text holds half of a surrogate pair, which is not Unicode',
      'users.ndjson:6 c@example.com | \\u0000 😀',
    ],
  },
  'a list in brackets': {
    system: 'kinde',
    files: users(`[\n${ada}\n]\n`),
    lines: ['users.ndjson:1: the line is not JSON.'],
  },
  'no users': { system: 'kinde', files: users(''), lines: ['users.ndjson is empty.'] },
  'a .zip under another name': {
    system: 'auth0',
    files: users(zip),
    lines: ['users.ndjson is a .zip, or the workbook of a spreadsheet.'],
  },
  'UTF-16': {
    system: 'auth0',
    files: users(Buffer.from(`\uFEFF${ada}`, 'utf16le')),
    lines: ['users.ndjson is UTF-16.'],
  },
  'passwords that are something else': {
    system: 'auth0',
    files: { ...users(ada), 'passwords.ndjson': '{"_id":"1","passwordHash":"x"}\nnothing\n' },
    lines: ["passwords.ndjson:2 is not a line of Auth0's password export."],
  },
  'roles that are not JSON': {
    system: 'auth0',
    files: { ...users(ada), 'roles.json': '[\n  { "name": "Admin", }\n]' },
    lines: ['roles.json:2:22 is not JSON.'],
  },
  'roles that are not a list': {
    system: 'auth0',
    files: { ...users(ada), 'roles.json': '\uFEFF{ "roles": [] }' },
    lines: [
      'roles.json is not what Auth0 answers: the document: Invalid input: expected array, received object.',
    ],
  },
}

describe('an import reads as far as it can, and names the place:', () => {
  for (const [title, { system, files, lines }] of Object.entries(cases))
    test(`${system}: ${title}`, async () => assert.deepEqual(await read(system, files), lines))
})

test('roles of Auth0 in any script have keys of their own', async () => {
  const place = await mkdtemp(join(folder, 'roles-'))
  await writeFile(join(place, 'users.ndjson'), '{"user_id":"1","email":"ada@example.com"}')
  const names = ['Book Keeper', 'Админ', 'Читатель', 'admin', 'Admin', '!']
  const roles = names.map((name) => ({ name, users: name === 'Читатель' ? [{ user_id: '1' }] : [] }))
  await writeFile(join(place, 'roles.json'), JSON.stringify(roles))
  const { catalog, users: usersOf } = await openAuth0Export(place)
  const keys = catalog?.roles.map(({ key }) => key) ?? []
  assert.equal(keys[0], 'book-keeper')
  assert.equal(new Set(keys).size, names.length)
  for (const key of keys) assert.match(key, /^[a-z0-9][a-z0-9-]*$/)
  for await (const one of usersOf(0))
    assert.deepEqual(one.kind === 'entry' && one.entry.memberships[0]?.roles, [keys[2]])
})
