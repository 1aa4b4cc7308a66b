// What a deployment is at the moment, in one cell: its status, and what it does beside the live one.
interface Shown {
  readonly status: string
  readonly canary_percent: number | null
  readonly shadow_percent: number | null
  readonly has_preview: boolean
}

export function statusText({
  status,
  canary_percent: canary,
  shadow_percent: shadow,
  ...rest
}: Shown): string {
  return [
    status,
    ...(canary === null ? [] : [`canary ${String(canary)}%`]),
    ...(shadow === null ? [] : [`shadow ${String(shadow)}%`]),
    ...(rest.has_preview ? ['preview'] : []),
  ].join(', ')
}
