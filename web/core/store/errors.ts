import { VitrineError, type VitrineErrorOptions } from '../errors.ts';

/** The base of what the store raises: what a merchant sees never names tables, paths or addresses. */
export abstract class StoreError extends VitrineError {}

/** Another process holds the data folder. */
export class StoreBusyError extends StoreError {
  constructor(holder: string, options?: VitrineErrorOptions) {
    super(
      'store-busy',
      'Another Vitrine process uses this data folder; stop it first, or give this one its own VITRINE_DATA or a DATABASE_URL.',
      { detail: `The data folder is held by ${holder}.`, ...options },
    );
  }
}

/** The database cannot be opened at all. */
export class StoreUnavailableError extends StoreError {
  constructor(options?: VitrineErrorOptions) {
    super(
      'store-unavailable',
      'The database cannot be reached; check that it runs and that DATABASE_URL is right.',
      options,
    );
  }
}

/** The migrations on disk and those recorded in the database do not fit together. */
export class MigrationError extends StoreError {
  constructor(
    code: 'migration-changed' | 'migration-missing' | 'migration-failed',
    sentence: string,
    options?: VitrineErrorOptions,
  ) {
    super(code, sentence, options);
  }
}

/**
 * A query outside of an open transaction was awaited inside it. On the embedded store, which has one
 * connection, the two would wait for each other; it is refused on both stores so that neither hides it.
 */
export class OutsideTransactionError extends StoreError {
  constructor(detail: string) {
    super('outside-transaction', 'Something went wrong on our side; please try again.', {
      detail: `Inside a transaction every query must go through it: ${detail}.`,
    });
  }
}

/** A row that the caller relies on is not there (any more), or belongs to another shop. */
export class RecordMissingError extends StoreError {
  constructor(what: string, options?: VitrineErrorOptions) {
    super('not-found', `This ${what} does not exist (any more); reload the list.`, {
      isReported: false,
      ...options,
    });
  }
}

/** The worker's lease on an image has passed to another: what it computed must not be stored. */
export class LeaseLostError extends StoreError {
  constructor(options?: VitrineErrorOptions) {
    super('lease-lost', 'Another worker has taken this image over.', { isReported: false, ...options });
  }
}

/** Somebody else saved the settings in between. */
export class SettingsConflictError extends StoreError {
  constructor(options?: VitrineErrorOptions) {
    super(
      'settings-conflict',
      'The settings were changed elsewhere in the meantime; reload and change them again.',
      { isReported: false, ...options },
    );
  }
}

/** A sealed value cannot be opened: wrong key, or changed since it was sealed. */
export class SealError extends StoreError {
  constructor(options?: VitrineErrorOptions) {
    super(
      'seal-broken',
      'A stored secret cannot be read; open the app in the Shopify admin once to connect it again.',
      options,
    );
  }
}
