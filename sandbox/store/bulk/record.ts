import type { ShopState } from '../records.ts';

/** A file of results on the CDN. */
export interface BulkResult {
  readonly body: Uint8Array;
  /** The connection breaks after this many bytes. */
  readonly cutAfterBytes: number | null;
}

export type BulkStatus = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELING' | 'CANCELED';

export interface BulkRecord {
  readonly kind: 'BulkOperation';
  readonly id: number;
  readonly shop: ShopState;
  readonly query: string;
  readonly createdAtMs: number;
  completedAtMs: number | null;
  status: BulkStatus;
  errorCode: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT' | null;
  objectCount: number;
  rootObjectCount: number;
  result: BulkResult | null;
  isPartial: boolean;
}
