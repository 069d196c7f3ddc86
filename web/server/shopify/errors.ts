import { VitrineError, type VitrineErrorOptions } from '../../core/errors.ts';

/** The session token of a request is missing, not ours, or not for this shop. `detail` never holds the token. */
export class SessionTokenError extends VitrineError {
  constructor(detail: string) {
    super('session-token', 'Your session has ended; reload the page.', { detail, isReported: false });
  }
}

/** There is no token for the shop: it was uninstalled, or never opened the app. */
export class NotConnectedError extends VitrineError {
  constructor(options?: VitrineErrorOptions) {
    super(
      'not-connected',
      'The app is not connected to this shop (any more); open it in the Shopify admin once.',
      { isReported: false, ...options },
    );
  }
}

/** Shopify does not grant a token. */
export class TokenGrantError extends VitrineError {
  /** Whether trying again later may help. */
  readonly isTemporary: boolean;

  constructor(isTemporary: boolean, options: VitrineErrorOptions) {
    super(
      isTemporary ? 'token-grant-unavailable' : 'token-grant-refused',
      isTemporary
        ? 'Shopify does not answer at the moment; try again in a minute.'
        : 'Shopify did not accept the sign-in; reload the page.',
      options,
    );
    this.isTemporary = isTemporary;
  }
}
