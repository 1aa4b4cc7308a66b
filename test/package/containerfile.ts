// Executes the steps of a Containerfile in a folder that stands for the root of the image, where no container engine is available. It knows
// the instructions that ours has and throws on any other, so that none is left out.
import assert from 'node:assert/strict'
import { chmod, cp, glob, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Workplace } from './installation.ts'

export interface Image {
  /** What `FROM` names. */
  readonly base: string
  readonly environment: Readonly<Record<string, string>>
  readonly workingFolder: string
  readonly user: string
  readonly volumes: readonly string[]
  readonly ports: readonly string[]
  /** Paths in it are those of the image. */
  readonly healthCheck: readonly string[]
  readonly command: readonly string[]
}

interface Steps {
  readonly file: string
  /** Where `COPY` copies from. */
  readonly context: string
  /** Absolute path of the folder that stands for the root of the image. */
  readonly root: string
  /** Runs the lines of `RUN`. */
  readonly workplace: Workplace
}

const listSchema = z.array(z.string())

export async function buildImage({ file, context, root, workplace }: Steps): Promise<Image> {
  const environment: Record<string, string> = {}
  let [base, workingFolder, user] = ['', '/', 'root']
  const volumes: string[] = []
  const ports: string[] = []
  let healthCheck: readonly string[] = []
  let [entryPoint, command]: (readonly string[])[] = [[], []]
  // As in the base image.
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  await cp(process.execPath, join(root, 'usr/local/bin/node'))
  await chmod(join(root, 'usr/local/bin/node'), 0o755)

  for (const [instruction, rest] of instructions(await readFile(file, 'utf8'))) {
    switch (instruction) {
      case 'FROM':
        base = rest
        break
      case 'WORKDIR':
        workingFolder = rest
        await mkdir(join(root, workingFolder), { recursive: true })
        break
      case 'COPY':
        await copy(rest.split(/\s+/), context, join(root, workingFolder))
        break
      case 'RUN': {
        const line = rest.replaceAll(/(?<=\s)\/(?=\w)/g, `${root}/`)
        const { exitCode, stdout, stderr } = await workplace.type(line, join(root, workingFolder))
        assert.equal(exitCode, 0, `RUN ${rest}: ${stdout}${stderr}`)
        break
      }
      case 'ENV': {
        const [name = ''] = rest.split('=', 1)
        environment[name] = rest.slice(name.length + 1)
        break
      }
      case 'VOLUME':
        volumes.push(rest)
        break
      case 'EXPOSE':
        ports.push(rest)
        break
      case 'USER':
        user = rest
        break
      case 'HEALTHCHECK':
        healthCheck = list(rest.replace(/^.*?CMD\s+/, ''))
        break
      case 'ENTRYPOINT':
        entryPoint = list(rest)
        break
      case 'CMD':
        command = list(rest)
        break
      default:
        throw new Error(`unknown instruction ${instruction}`)
    }
  }
  return {
    base,
    environment,
    workingFolder,
    user,
    volumes,
    ports,
    healthCheck,
    command: [...(entryPoint ?? []), ...(command ?? [])],
  }
}

function instructions(text: string): (readonly [instruction: string, rest: string])[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, instruction = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
      return [instruction, rest]
    })
}

async function copy(words: readonly string[], context: string, folder: string): Promise<void> {
  assert.equal(words.at(-1), './', 'COPY copies into the working folder')
  for (const pattern of words.slice(0, -1)) {
    const copied: string[] = []
    for await (const name of glob(pattern, { cwd: context })) {
      await cp(join(context, name), join(folder, name))
      copied.push(name)
    }
    assert.ok(copied.length > 0, `COPY finds no ${pattern}`)
  }
}

function list(text: string): readonly string[] {
  return listSchema.parse(JSON.parse(text))
}
