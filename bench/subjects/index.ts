// The subjects in the order of the report. One that cannot be opened (not installed, no binary for this machine) is
// reported as such, and the benchmark goes on.
import type { Subject } from './subject.ts'

export interface Opened {
  readonly name: string
  readonly subject?: Subject
  readonly missing?: string
}

const openers: readonly (readonly [name: string, open: () => Promise<Subject>])[] = [
  ['ours: pool and image', async () => (await import('./ours.ts')).openOurs()],
  ['ours without the image', async () => (await import('./ours-without-image.ts')).openOursWithoutImage()],
  ['node:vm, fresh context', async () => (await import('./node-vm.ts')).openNodeVm()],
  ['isolated-vm, fresh context', async () => (await import('./isolated-vm.ts')).openIsolatedVm()],
  ['run (npm)', async () => (await import('./run-package.ts')).openRunPackage()],
]

export async function openSubjects(): Promise<readonly Opened[]> {
  const opened: Opened[] = []
  for (const [name, open] of openers) {
    try {
      opened.push({ name, subject: await open() })
    } catch (error) {
      opened.push({
        name,
        missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      })
    }
  }
  return opened
}
