// The document of an invocation as a row keeps it: most of what a refresh with a workflow writes, and full of repetition, since tokens are
// in it before and after. So it is deflated (RFC 1951), with a dictionary of what nearly every document holds, and written as base64. A
// document from before this was JSON, and is read as well; the prefix tells them apart.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { JsonObject } from '../../oauth/index.ts'
import type { Place } from '../sealed-box.ts'
import { corrupt } from '../store-error.ts'
import { parseJsonObject } from './json-column.ts'

const prefix = 'z1:'

/**
 * Part of the format: with another text, what was written by this one cannot be read. A different one needs a prefix of its own. The most
 * frequent comes last, as zlib wants it.
 */
const dictionary = Buffer.from(
  '"status":200,"method":"GET","url":"https://"error":{"code":"message":"hint":"denied":{"reason":"' +
    '"level":"error","level":"warn","at":{"file":"Workflow.ts","line":,"column":' +
    '"outcome":"threw","outcome":"denied","decision":"deny","decision":"refuse","decision":"issue-defaults",' +
    '{"workflow":{"id":"","file":"","trigger":"m2m:token_generation"},"m2mToken":{"before":{"gty":["client_credentials"],' +
    '"grantType":"authorization_code""origin":"authorization_request","isExistingSession":false,' +
    '"external_org_id":null,"user_properties":{},"organization_properties":{},"application_properties":{},' +
    '"phone_number":"phone_number_verified":false,"preferred_username":"picture":"https://' +
    '{"workflow":{"id":"","file":"kindeSrc/environment/workflows/","trigger":"user:tokens_generation"},"event":{"request":{"auth":{' +
    '"audience":[],"scope":["openid","profile","email","offline"],"grantType":"refresh_token"},"authUrlParams":{"clientId":"",' +
    '"redirectUri":"http://localhost:3000/callback","responseType":"code","scope":"openid profile email offline","state":"","nonce":"",' +
    '"codeChallenge":"","codeChallengeMethod":"S256"},"ip":"127.0.0.1","userAgent":"Mozilla/5.0 ("},"context":{"auth":{' +
    '"origin":"refresh_token_request","isExistingSession":true,"connectionId":"conn_email"},"domains":{"kindeDomain":"https://"},' +
    '"application":{"clientId":""},"user":{"id":"kp_","identityId":"identity_"},"organization":{"code":"org_"},' +
    '"workflow":{"trigger":"user:tokens_generation"}}},"outcome":"completed","decision":"issue","deployment":"dep_","durationMs":0.' +
    '"accessToken":{"before":{"aud":[],"azp":"","exp":17,"iat":17,"iss":"https://","jti":"01","scp":["openid","profile","email",' +
    '"offline"],"sub":"kp_","org_code":"org_","org_name":"","permissions":[],"feature_flags":{"":{"t":"s","v":"","t":"b","v":true}},' +
    '"roles":[{"id":"","key":"","name":""}]},"after":{"aud":[],"idToken":{"before":{"aud":[""],"at_hash":"","auth_time":17,"azp":"",' +
    '"exp":17,"iat":17,"iss":"https://","jti":"01","nonce":"","rat":17,"sid":"","sub":"kp_","updated_at":17,"email":"@example.com",' +
    '"email_verified":true,"family_name":"","given_name":"","name":"","org_codes":["org_"],"organizations":[{"id":"org_","name":""}]},' +
    '"after":{},"refused":[],"log":[{"level":"info","text":""}],"calls":[]}',
)

/** Little to set up for each of them: documents have some kilobytes. */
const options = { level: 1, memLevel: 5, windowBits: 12, dictionary }
/** Far above any document; a damaged one does not fill the memory. */
const maxOutputLength = 256 * 1024 * 1024

export function compactDocument(document: JsonObject): string {
  return `${prefix}${deflateRawSync(JSON.stringify(document), options).toString('base64')}`
}

/** Throws StoreError `store_corrupt`. */
export function readCompactDocument(text: string, place: Place): JsonObject {
  return parseJsonObject(text.startsWith(prefix) ? inflated(text.slice(prefix.length), place) : text, place)
}

function inflated(base64: string, { table, row, column }: Place): string {
  try {
    return inflateRawSync(Buffer.from(base64, 'base64'), { dictionary, maxOutputLength }).toString('utf8')
  } catch {
    throw corrupt(table, row, column)
  }
}
