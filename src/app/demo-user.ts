// The user with whom a developer tries the demo.
import type { MintageFile } from '../config/index.ts'
import type { DemoUser } from '../playground/index.ts'

/** The first user of the demo that has a password: it stands in the open in its mintage.yaml. */
export function demoUser({ users }: MintageFile): DemoUser | undefined {
  return users
    .map(({ email, password }) => ({ identifier: email, password: password?.reveal() }))
    .find((user): user is DemoUser => user.identifier !== undefined && user.password !== undefined)
}
