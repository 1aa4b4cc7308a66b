// Says what went wrong on the network in words for the caller. A table from the codes of Node, OpenSSL and undici; the
// cause's own text is not shown, because it names addresses and files of the host.
import { CallFailure, type CallFailureCode } from './call-failure.ts'

const brokenOff = 'the connection was closed before the answer was complete'
const noName = 'the name could not be resolved'
const selfSigned = 'the certificate is self-signed'
const unknownIssuer = 'the issuer of the certificate is not known'

const texts = new Map<string, string>([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', brokenOff],
  ['EPIPE', brokenOff],
  ['UND_ERR_SOCKET', brokenOff],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', brokenOff],
  ['ERR_STREAM_PREMATURE_CLOSE', brokenOff],
  ['ETIMEDOUT', 'no connection could be made in time'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection could be made in time'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['EADDRNOTAVAIL', 'the host cannot be reached'],
  ['ENOTFOUND', noName],
  ['EAI_AGAIN', noName],
  ['CERT_HAS_EXPIRED', 'the certificate has expired'],
  ['CERT_NOT_YET_VALID', 'the certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', selfSigned],
  ['SELF_SIGNED_CERT_IN_CHAIN', selfSigned],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another name'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownIssuer],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownIssuer],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownIssuer],
])

/** The failure that an error of the network or of a decoder stands for. Our own failures pass through. */
export function networkFailure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error
  const code = codeOf(error)
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return failure('fetch_too_large', 'the headers of the answer are larger than the limit', error)
  }
  // The parser leaves its code out for some causes, so it is known by its name.
  if (error instanceof Error && error.name === 'HTTPParserError')
    return failure('fetch_failed', 'the answer is not valid HTTP', error)
  return failure('fetch_failed', texts.get(code) ?? textOfFamily(code), error)
}

function textOfFamily(code: string): string {
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)) return 'no TLS connection could be agreed on'
  // zlib's codes, and Brotli's, which Node derives as ERR_ plus the name of the decoder's own.
  if (/^(Z_|ERR__ERROR_FORMAT_)/.test(code))
    return 'the body of the answer is not what its content-encoding says'
  return 'the call failed'
}

function failure(code: CallFailureCode, message: string, cause: unknown): CallFailure {
  return new CallFailure(code, message, { cause })
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}
