// docs/reference/mintage-yaml.md, made from the descriptions in the schema: `npm run docs` writes it, a test fails when the two part.
import { isJsonObject, type JsonObject } from '../oauth/index.ts'
import { mintageJsonSchema } from './mintage-json-schema.ts'

/** The page as Markdown: a section for each key of the top level, a row for each key below it. */
export function mintageYamlReference(): string {
  const sections = Object.entries(membersOf(plainSchema(), 'properties')).map(([key, schema]) => {
    const rows = rowsBelow(key, schema)
    const about = `## ${key}\n\n${text(schema['description'])}`
    return rows.length === 0
      ? `${about} Value: ${typeText(schema)}${defaultText(schema)}.\n`
      : `${about}\n\n${head}${rows.join('')}`
  })
  return [introduction, ...sections].join('\n')
}

const head = '| key | value | what it is |\n| --- | --- | --- |\n'

const introduction = `# mintage.yaml

What exists in a project's environment: applications, users, what they may do, and how the environment behaves. The file
lies in the project's folder and is applied at each start and, under \`mintage dev\`, at each change; \`--dry-run\` shows the
plan and changes nothing. \`examples/demo/mintage.yaml\` is a complete one. Editors complete and check it by
\`mintage.schema.json\` of this folder: put \`# yaml-language-server: $schema=PATH\` in its first line.

- A record that the file declares is as the file says: a key that is left out has its default. Users are the exception: what
  the file leaves out belongs to the user and stays.
- Records that the file does not mention are left alone, unless \`prune\` is set. What a user’s entry made goes when the entry does not say
  it any more: an address that is replaced by another one does not sign in, and a membership that the file made and does not list ends.
  Memberships that people or the management API made stay.
- Whatever is removed takes along what hangs on it, in the same transaction: sessions, grants and refresh tokens. Each thing that the
  file adds, changes or removes is a record of the audit log (\`mintage_file.added\`, \`.changed\`, \`.removed\`).
- All of it is made in one transaction or not at all, and a second start changes nothing.
- Whatever the file refers to by key (a role, a permission, an organization) it also declares.
- \`\${env:NAME}\` in a value is the variable NAME of the server's process: the place for secrets. \`\${issuer}\` in a URI or an
  audience is the address of this server.
- All mistakes are reported at once, with file, line and column. Lines that hold secrets are not shown.
`

function rowsBelow(path: string, schema: JsonObject): string[] {
  const named = membersOf(schema, 'properties')
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const rows = Object.entries(named).flatMap(([key, member]) =>
    rowsOf(`${path}.${key}`, member, required.includes(key)),
  )
  const { items, additionalProperties: any } = schema
  if (isJsonObject(items) && isMap(items)) rows.push(...rowsBelow(`${path}[]`, items))
  if (isJsonObject(any)) {
    const one = `${path}.<${isJsonObject(schema['propertyNames']) ? keyName(schema['propertyNames']) : 'key'}>`
    if (isMap(any)) rows.push(...rowsBelow(one, any))
  }
  return rows
}

function rowsOf(path: string, schema: JsonObject, isRequired: boolean): string[] {
  const value = `${typeText(schema)}${isRequired ? ', required' : defaultText(schema)}`
  const about = text(schema['description']).replaceAll('|', '\\|')
  return [`| \`${path}\` | ${value} | ${about} |\n`, ...rowsBelow(path, schema)]
}

function isMap(schema: JsonObject): boolean {
  return isJsonObject(schema['properties'])
}

/** Few names are fixed, as those of connections are. */
function keyName(names: JsonObject): string {
  return choicesOf(names)?.join(', ') ?? 'key'
}

function choicesOf({ enum: choices }: JsonObject): string[] | undefined {
  return Array.isArray(choices) ? choices.filter((value) => typeof value === 'string') : undefined
}

function typeText(schema: JsonObject): string {
  const { type, items } = schema
  if (Array.isArray(type)) {
    const names = type.filter((one) => typeof one === 'string')
    return names.map((one) => typeWords[one] ?? one).join(' or ')
  }
  const choices = choicesOf(schema)
  if (choices) return choices.map((value) => `\`${value}\``).join(', ')
  if (type === 'array') return isJsonObject(items) && !isMap(items) ? `list of ${typeText(items)}` : 'list'
  if (type === 'object') return 'keys'
  return typeof type === 'string' ? (typeWords[type] ?? type) : 'any JSON value'
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
}

/** A default of keys is the defaults of its keys, which have rows of their own. */
function defaultText({ default: value }: JsonObject): string {
  return value === undefined || isJsonObject(value) ? '' : `, default \`${JSON.stringify(value)}\``
}

function membersOf(schema: JsonObject, member: string): Record<string, JsonObject> {
  const members = schema[member]
  if (!isJsonObject(members)) return {}
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (isJsonObject(value) ? [[key, value]] : [])),
  )
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function plainSchema(): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(mintageJsonSchema()))
  return isJsonObject(plain) ? plain : {}
}
