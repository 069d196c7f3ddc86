import { VitrineError, type VitrineErrorOptions } from '../errors.ts';

export type DownloadErrorCode =
  | 'download-address-refused'
  | 'download-redirected-away'
  | 'download-too-large'
  | 'download-took-too-long'
  | 'download-status'
  | 'download-broken-off';

/** A file could not be fetched, or must not be. */
export class DownloadError extends VitrineError {
  declare readonly code: DownloadErrorCode;
  /** The same address may answer later. */
  readonly isRetriable: boolean;
  /** The HTTP status where there was one. */
  readonly status: number | null;

  constructor(
    code: DownloadErrorCode,
    sentence: string,
    options: VitrineErrorOptions & { isRetriable?: boolean; status?: number } = {},
  ) {
    super(code, sentence, options);
    this.isRetriable = options.isRetriable ?? false;
    this.status = options.status ?? null;
  }
}
