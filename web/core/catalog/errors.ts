import { VitrineError, type VitrineErrorOptions } from '../errors.ts';

/** Shopify could not, or would not, do what was asked. */
export class CatalogError extends VitrineError {
  /** The same request may work later without anyone changing anything. */
  readonly isRetriable: boolean;
  constructor(code: string, sentence: string, options: VitrineErrorOptions & { isRetriable?: boolean } = {}) {
    super(code, sentence, options);
    this.isRetriable = options.isRetriable ?? false;
  }
}

/** The shop's API budget is spent for the moment. */
export class ThrottledError extends CatalogError {
  readonly waitMs: number;
  constructor(waitMs: number, options: VitrineErrorOptions = {}) {
    super('shopify-throttled', 'Shopify asks for a pause; the work goes on by itself.', {
      ...options,
      isRetriable: true,
      isReported: false,
    });
    this.waitMs = waitMs;
  }
}

/** The network, or Shopify's servers, did not give a usable answer. */
export class ShopifyUnreachableError extends CatalogError {
  constructor(detail: string, options: VitrineErrorOptions = {}) {
    super('shopify-unreachable', 'Shopify did not answer properly; the work is tried again later.', {
      ...options,
      detail,
      isRetriable: true,
    });
  }
}

/** 401: the access token is not, or no longer, good. */
export class AccessTokenRefusedError extends CatalogError {
  constructor(options: VitrineErrorOptions = {}) {
    super(
      'shopify-token-refused',
      'Shopify no longer accepts the app’s access; open the app once in the admin to renew it.',
      options,
    );
  }
}

const shopStates: Readonly<Record<number, readonly [code: string, sentence: string]>> = {
  402: ['shop-frozen', 'The shop is frozen for an unpaid bill; the work waits until Shopify opens it again.'],
  403: ['shop-access-denied', 'Shopify refuses the app access to this shop; check the app’s permissions.'],
  404: ['shop-not-found', 'Shopify does not know this shop or this API version.'],
  423: ['shop-locked', 'The shop is locked by Shopify; the work waits until it is open again.'],
};

/** The shop itself is closed to the app: frozen, locked, gone, or without the permission. */
export class ShopUnavailableError extends CatalogError {
  readonly status: number;
  constructor(status: number, options: VitrineErrorOptions = {}) {
    const [code, sentence] = shopStates[status] ?? [
      'shop-unavailable',
      'Shopify does not serve this shop now.',
    ];
    super(code, sentence, { ...options, isRetriable: status === 402 || status === 423 });
    this.status = status;
  }

  static isShopState(status: number): boolean {
    return status in shopStates;
  }
}

/** Codes of FilesErrorCode after which the same call may succeed: the file is being worked on by Shopify. */
const passingFileCodes = new Set(['NON_READY_STATE', 'FILE_LOCKED', 'MEDIA_CANNOT_BE_MODIFIED']);

export interface UserError {
  readonly code?: string | null | undefined;
  readonly field?: readonly string[] | null | undefined;
  readonly message: string;
}

/** `userErrors`: HTTP 200, and yet nothing was done. */
export class UserErrorsError extends CatalogError {
  readonly userErrors: readonly UserError[];
  constructor(operation: string, userErrors: readonly UserError[]) {
    const said = userErrors.map(({ code, message }) => (code ? `${code}: ${message}` : message)).join('; ');
    super('shopify-refused', `Shopify refused ${operation}: ${said}.`, {
      isRetriable: userErrors.every(({ code }) => code != null && passingFileCodes.has(code)),
    });
    this.userErrors = userErrors;
  }
}

/** What was asked for is not, or no longer, there. */
export class MediaGoneError extends CatalogError {
  constructor(mediaId: string) {
    super('media-gone', 'The image is no longer in the shop.', { detail: mediaId, isReported: false });
  }
}
