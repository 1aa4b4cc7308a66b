// docs/reference/testing.md: what `mintage/testing` exports, in the words and with the declarations of its source.
import { readFileSync } from 'node:fs'

const folder = new URL('../src/testing/', import.meta.url)

function source(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

/** The names that index.ts exports, with the text of the file that declares each. */
function exported(): readonly (readonly [name: string, text: string])[] {
  const lists = source('index.ts').matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)'/g)
  return [...lists].flatMap(([, names = '', file = '']) => {
    const text = source(file)
    return names.split(',').map((name) => [name.replace(/\btype\b/, '').trim(), text] as const)
  })
}

function section([name, text]: readonly [name: string, text: string]): string {
  const declared = new RegExp(
    String.raw`((?:/\*\*(?:(?!\*/)[^])*\*/\n)?)export (?:async function ${name}\b[^]*?\{\n|function ${name}\b[^]*?\{\n|(?:interface|type) ${name}\b[^]*?(?=\n\n|\n$))`,
  ).exec(text)
  if (declared === null) throw new Error(`${name} is not declared where index.ts says`)
  const [whole, comment = ''] = declared
  const code = whole
    .slice(comment.length)
    .replace('export ', '')
    .replace(/ \{\n$/, '')
  return `## \`${name}\`\n\n${words(comment)}\`\`\`ts\n${code}\n\`\`\`\n`
}

/** A comment as Markdown; its tags are the items of a list. */
function words(comment: string): string {
  const lines = comment
    .replaceAll(/^\/\*\*\s?|\s*\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  const text = lines.join('\n').trim()
  if (text === '') return ''
  return `${text.replaceAll(/^@param (\S+) /gm, '- `$1`: ').replaceAll(/^@throws (\S+) /gm, '- throws `$1` ')}\n\n`
}

export function testingReference(): string {
  const intro = `# mintage/testing

<!-- Made from src/testing by npm run docs. -->

\`import { runWorkflow, signInEvent, refreshEvent, m2mEvent } from 'mintage/testing'\`, under Node's test runner, vitest, or any other. The guide is
[test a workflow](../guides/test-a-workflow.md).
`
  return [intro, ...exported().map(section)].join('\n')
}
