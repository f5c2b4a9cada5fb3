/** What a client shows of who it is. */
export interface Credentials {
  /** The secret that it made up, where there are no tokens. */
  readonly key?: string | undefined;
  readonly token?: string | undefined;
}

/** Whose a connection is to be. */
export interface Identity {
  readonly userId: string;
  /** What their token calls them, the best first; perhaps nothing that can be shown. */
  readonly names?: readonly string[];
  /** Until when it holds, in milliseconds since 1970; default for ever. */
  readonly expiresAt?: number | undefined;
}

/** Whom a token is of, and until when, in milliseconds since 1970. */
export type VerifiedIdentity = Identity & { readonly expiresAt: number };

/** How people show who they are: the stage's choice. */
export interface Authenticator {
  /**
   * Whose connection it is to be. Throws `unauthenticated` where nothing shows that, and
   * `unavailable` where it cannot be found out now.
   */
  authenticate(credentials: Credentials): Promise<Identity>;
  /** Whom a token is of. Throws the same, and `forbidden` where there are no tokens. */
  verifyToken(token: string): Promise<VerifiedIdentity>;
}
