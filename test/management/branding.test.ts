// Branding by the management API, over a socket: what is stored, what is refused and why. Kinde's operations for logos, and Mintage's own for
// the rest.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { hostileSvg, imageFile, png } from '../harness/images.ts'
import { issuerUrl, openManagementWorld } from '../harness/management-world.ts'

const world = await openManagementWorld({ after })

async function ok(request: string, body?: unknown): Promise<object> {
  const { status, json } = await world.call(request, body)
  assert.equal(status, 200, `${request}: ${JSON.stringify(json)}`)
  return Object(json)
}

async function refusal(request: string, body?: unknown, token?: string): Promise<string> {
  const { status, json } = await world.call(request, body, token)
  assert.ok(status >= 400, `${request} was not refused`)
  return Object(json)
    .errors.map(({ message }: { message: string }) => message)
    .join(' ')
}

const start = (bytes: readonly number[], text = '') =>
  Uint8Array.from([...bytes, ...Buffer.from(text), ...Array.from({ length: 20 }, () => 0)])

describe('logos', () => {
  test('are stored for the environment and for an organization, listed, and deleted once', async () => {
    await ok('PUT /environment/logos/light', imageFile(hostileSvg))
    await ok('PUT /environment/logos/light', imageFile(png))
    await ok('POST /organizations/org_engines/logos/dark', imageFile(hostileSvg, 'logo', 'photo.jpeg'))
    assert.deepEqual(await ok('GET /environment/logos'), {
      code: 'OK',
      message: 'Success',
      logos: [{ type: 'light', file_name: 'logo.png' }],
    })
    const [dark] = Object(await ok('GET /organizations/org_engines/logos')).logos
    assert.deepEqual([dark.type, dark.file_name], ['dark', 'logo_dark.svg'])
    assert.match(dark.path, /^\/logo_dark\?org_code=org_engines&cache=[0-9a-f]{32}$/)
    const organization = Object(await ok('GET /organization?code=org_engines'))
    assert.equal(organization.logo_dark, `${issuerUrl}${dark.path}`)
    assert.equal(organization.logo, null)
    await ok('DELETE /organizations/org_engines/logos/dark')
    assert.equal((await world.call('DELETE /organizations/org_engines/logos/dark')).status, 204)
    assert.deepEqual(Object(await ok('GET /organizations/org_engines/logos')).logos, [])
  })

  test('are what their bytes say', async () => {
    const images: readonly (readonly [string, Uint8Array<ArrayBuffer> | string])[] = [
      ['png', png],
      ['jpeg', start([0xff, 0xd8, 0xff, 0xe0])],
      ['gif', start([], 'GIF89a')],
      ['webp', start([], 'RIFF\u0001\u0001\u0001\u0001WEBPVP8 ')],
      ['avif', start([0, 0, 0, 0x1c], 'ftypavif\0\0\0\0mif1miaf')],
      ['svg', `<!-- drawn --><svg xmlns="http://www.w3.org/2000/svg"></svg>`],
      ['svg', hostileSvg],
    ]
    for (const [extension, content] of images) {
      await ok('PUT /environment/logos/dark', imageFile(content, 'logo', 'claimed.exe'))
      const { logos } = Object(await ok('GET /environment/logos'))
      assert.equal(
        logos.find(({ type }: { type: string }) => type === 'dark').file_name,
        `logo_dark.${extension}`,
      )
    }
  })

  test('are refused when they are something else, too large or missing, with the field', async () => {
    const put = (body: unknown) => refusal('PUT /environment/logos/light', body)
    const entities = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    for (const content of [
      '<!doctype html><script>alert(1)</script>',
      entities,
      '%PDF-1.7',
      start([0xff, 0xd8]),
    ])
      assert.match(
        await put(imageFile(content)),
        /^body\.logo: The file is not a PNG, JPEG, GIF, SVG, AVIF or WEBP/,
      )
    assert.match(await put(imageFile('')), /^body\.logo: The file is empty\./)
    const large = new Uint8Array(1_000_000)
    large.set(png)
    assert.match(await put(imageFile(large)), /^body\.logo: The file has 1 MB or more\./)
    assert.equal(
      (await world.call('PUT /environment/logos/light', imageFile(new Uint8Array(1_100_000)))).status,
      413,
    )
    assert.match(await put({ logo: 'x' }), /^body: send multipart\/form-data with logo/)
    assert.match(await put(undefined), /^body: send multipart\/form-data with logo/)
    const text = new FormData()
    text.set('logo', 'a text')
    assert.match(await put(text), /logo: expected a file/)
    const more = imageFile(png)
    more.set('colour', 'red')
    assert.match(await put(more), /colour/)
    const twice = imageFile(png)
    twice.append('logo', new File([png], 'y.png'))
    assert.match(await put(twice), /^body\.logo: it is sent twice/)
    assert.match(
      await refusal('PUT /environment/logos/purple', imageFile(png)),
      /^type: expected light or dark/,
    )
    assert.match(await refusal('POST /organizations/org_none/logos/dark', imageFile(png)), /no organization/)
    const broken = await world.handle(
      new Request(`${issuerUrl}/api/v1/environment/logos/dark`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${await world.token()}`,
          'content-type': 'multipart/form-data; boundary=x',
        },
        body: '--x\r\nContent-Disposition: form-data; name="logo"; filename="a"\r\n\r\nno end',
      }),
    )
    assert.equal(broken.status, 400)
    assert.match(await broken.text(), /cannot be parsed/)
  })

  test('are not read from a caller who may not set them, who learns which scope is missing', async () => {
    const token = await world.token({ scp: ['read:environments'] })
    const { status, json } = await world.call(
      'PUT /environment/logos/dark',
      imageFile(new Uint8Array(300_000)),
      token,
    )
    assert.equal(status, 403)
    assert.match(JSON.stringify(json), /update:environments/)
  })
})

describe('branding', () => {
  test('is set field by field for each owner, and null takes a field away', async () => {
    for (const owner of ['', '?application_id=machine', '?org_code=org_engines']) {
      await ok(`PATCH /mintage/branding${owner}`, {
        button_color: '#0056F1',
        theme_code: 'dark',
        business_name: 'Acme',
        terms_url: 'https://acme.example/terms',
        is_secured_by_shown: false,
      })
      await ok(`PATCH /mintage/branding${owner}`, { theme_code: null, card_border_radius: 4 })
      const { branding } = Object(await ok(`GET /mintage/branding${owner}`))
      assert.partialDeepStrictEqual(branding, {
        button_color: { raw: '#0056F1', hex: '#0056f1', hsl: 'hsl(219, 100%, 47%)' },
        link_color: null,
        theme_code: 'user_preference',
        color_scheme: 'light dark',
        card_border_radius: 4,
        business_name: 'Acme',
        terms_url: 'https://acme.example/terms',
        support_url: null,
        is_secured_by_shown: false,
      })
    }
    const { button_color: shown } = Object(await ok('GET /organization?code=org_engines'))
    assert.equal(shown.hex, '#0056f1')
  })

  test('is refused with the measured ratio and the nearest colour when text could not be read', async () => {
    const patch = (body: object) => refusal('PATCH /mintage/branding?org_code=org_weaving', body)
    assert.equal(
      await patch({ link_color: '#ffcc00' }),
      'link_color: The contrast on Mintage’s own background is 1.33:1, and text needs 4.5:1. The nearest colour that reaches it is #856a00.',
    )
    assert.match(
      await patch({ button_color: '#777', button_text_color: '#888' }),
      /^button_text_color: .* on the button #777777 is 1\.26:1/,
    )
    assert.match(
      await patch({ background_color: '#222' }),
      /^background_color: .* under the text #10201a is 1\./,
    )
    assert.match(await patch({ background_color_dark: '#fff' }), /^background_color_dark: /)
    assert.match(await patch({ link_color_dark: '#00f' }), /^link_color_dark: /)
    await ok('PATCH /mintage/branding?org_code=org_weaving', { link_color: '#856a00' })
  })

  test('refuses an invalid colour, link, radius or owner, by its field', async () => {
    const patch = (body: object, owner = '') => refusal(`PATCH /mintage/branding${owner}`, body)
    assert.match(await patch({ link_color: 'red' }), /body\.link_color: expected a colour such as #0b6a4d/)
    assert.match(await patch({ link_color: '#12345' }), /body\.link_color/)
    assert.match(await patch({ terms_url: 'http://acme.example' }), /body\.terms_url: expected https/)
    assert.match(await patch({ support_url: 'javascript:alert(1)' }), /body\.support_url: expected https/)
    assert.match(await patch({ support_url: 'https://a:b@acme.example' }), /body\.support_url/)
    assert.match(await patch({ input_border_radius: 41 }), /body\.input_border_radius/)
    assert.match(await patch({ primary: '#000' }), /primary/)
    await ok('PATCH /mintage/branding', { support_url: 'http://localhost:3000/help' })
    assert.match(await patch({ theme_code: 'dark' }, '?org_code=org_none'), /no organization/)
    assert.match(await patch({ theme_code: 'dark' }, '?application_id=none'), /no application/)
    assert.match(
      await patch({ theme_code: 'dark' }, '?org_code=org_engines&application_id=machine'),
      /not both/,
    )
    assert.match(
      await refusal('PUT /mintage/branding/files/favicon_svg', imageFile(png, 'file')),
      /body\.file: This favicon has to be an SVG/,
    )
  })

  test('of one organization is all that a machine of that organization gets', async () => {
    const catalog = await world.store.directory.catalog()
    const [machine] = catalog.applications
    assert.ok(machine)
    const bound = { ...machine, clientId: 'bound', organizationCode: 'org_weaving' }
    await world.store.commit([{ kind: 'put-application', application: bound }])
    const token = await world.token({ azp: 'bound' })
    for (const owner of ['', '?application_id=machine', '?org_code=org_engines', '?org_code=org_none'])
      assert.match(
        await refusal(`GET /mintage/branding${owner}`, undefined, token),
        /that organization alone/,
      )
    const own = await world.call('GET /mintage/branding?org_code=org_weaving', undefined, token)
    assert.equal(own.status, 200)
  })
})
