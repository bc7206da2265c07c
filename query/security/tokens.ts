// JSON Web Tokens of an issuer whose public keys are fetched from its key set, RFC 7519 and 7517.
// Only signatures by public keys count; a token must name issuer and audience, and when it ends.
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import { type Caller, type Role, ROLES } from './caller.ts'

export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  /** The address of the issuer's key set. */
  readonly jwks: string
  /** The claim that holds a role, or a list with one among others. */
  readonly roleClaim: string
}

/** Why a token does not count, in words for who sent it. */
export class TokenProblem extends Error {
  override readonly name = 'TokenProblem'
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA']
const ANSWER_WITHIN_MS = 5_000
/** Clocks differ. */
const TOLERANCE_S = 30

/** Gives the holder of a token. @throws TokenProblem */
export function tokenReader(settings: TokenSettings): (token: string) => Promise<Caller> {
  const { issuer, audience, jwks, roleClaim } = settings
  const keys = createRemoteJWKSet(new URL(jwks), {
    timeoutDuration: ANSWER_WITHIN_MS,
    [customFetch]: fetch,
  })
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience },
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: TOLERANCE_S,
      })
      const role = roleIn(payload[roleClaim])
      if (role === undefined) {
        throw new TokenProblem(`its claim "${roleClaim}" names none of ${ROLES.join(', ')}`)
      }
      return { name: `token ${payload.sub ?? ''}`, role }
    } catch (error) {
      if (error instanceof TokenProblem) throw error
      throw new TokenProblem(reasonOf(error))
    }
  }
}

/** The greatest of them. */
function roleIn(claim: unknown): Role | undefined {
  const named: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  return ROLES.findLast((role) => named.includes(role))
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim "${error.claim}" is wrong`
  if (error instanceof errors.JWKSNoMatchingKey) return 'the issuer knows no key that signed it'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong'
  if (error instanceof errors.JOSEError) return 'it is no valid token'
  return 'the key set of its issuer cannot be had'
}
