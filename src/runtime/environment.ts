// The environment variables of a run, by their names.
export interface EnvironmentVariable {
  readonly value: string
  readonly isSecret: boolean
}

export type Environment = Readonly<Record<string, EnvironmentVariable>>
