// Gives every loop of a bundle a position of its own. The engine notes positions at calls and operators only, so a run that
// is stopped at the head of a loop would be reported at whatever was before it, perhaps lines above. A statement without effect in
// front of the loop has a position; it runs once each time the loop is entered.
import type { Node } from 'acorn'
import { childrenOf, parsed, withInsertions, type Insertion, type Script } from './script-edit.ts'

const mark = '!0;'
const loops = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
])
const lists = new Set(['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase'])

/** The script as it was when it cannot be read, such as one that is nested too deeply. */
export function markLoops({ code, sourceMap }: Script): Script {
  const script = { code, sourceMap }
  const tree = parsed(code)
  return withInsertions(script, tree === undefined ? [] : insertionsOf(tree))
}

function insertionsOf(tree: Node): readonly Insertion[] {
  const found: Insertion[] = []
  const waiting: { readonly node: Node; readonly parent: string }[] = [{ node: tree, parent: '' }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, parent } = next
    // A label belongs to its loop, so the mark goes in front of the label.
    if (parent !== 'LabeledStatement' && isLoop(node)) {
      const isInList = lists.has(parent)
      found.push({ offset: node.start, text: isInList ? mark : `{${mark}`, isMark: true })
      if (!isInList) found.push({ offset: node.end, text: '}', isMark: false })
    }
    for (const child of childrenOf(node)) waiting.push({ node: child, parent: node.type })
  }
  return found
}

function isLoop(node: Node): boolean {
  let inner: Node | undefined = node
  while (inner?.type === 'LabeledStatement')
    inner = childrenOf(inner).find(({ type }) => type !== 'Identifier')
  return inner !== undefined && loops.has(inner.type)
}
