/** The credentials of a client. */
export interface Credentials {
  /** The secret that the client generated, on a stage without tokens. */
  readonly key?: string | undefined;
  readonly token?: string | undefined;
}

/** The authenticated user of a connection. */
export interface Identity {
  readonly userId: string;
  /** The user's names from the token, the best one first. They may not be fit for display. */
  readonly names?: readonly string[];
  /** The end of the authentication, in milliseconds since 1970. @default never */
  readonly expiresAt?: number | undefined;
}

/** The user of a token, and the token's expiry in milliseconds since 1970. */
export type VerifiedIdentity = Identity & { readonly expiresAt: number };

/** How users authenticate. Each stage has one authenticator. */
export interface Authenticator {
  /**
   * Authenticates the user of a new connection. Throws `unauthenticated` without valid credentials, and
   * `unavailable` if they cannot be checked now.
   */
  authenticate(credentials: Credentials): Promise<Identity>;
  /** Verifies a token. Throws the same errors, and `forbidden` on a stage without tokens. */
  verifyToken(token: string): Promise<VerifiedIdentity>;
}
