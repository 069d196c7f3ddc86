import type { Enhancement, Image } from './generated/client.ts';

export type {
  Blob as BlobRow,
  BlobReference as BlobReferenceRow,
  Delivery as DeliveryRow,
  LedgerEntry as LedgerEntryRow,
  Prediction as PredictionRow,
  Prisma,
  Reservation as ReservationRow,
  Shop as ShopRow,
} from './generated/client.ts';

export const imageStatuses = [
  'good',
  'queued',
  'working',
  'review',
  'enhanced',
  'restored',
  'skipped',
  'failed',
  'superseded',
] as const;
export type ImageStatus = (typeof imageStatuses)[number];

export const enhancementStates = [
  'running',
  'held',
  'done',
  'no_gain',
  'skipped',
  'failed',
  'superseded',
  'rejected',
] as const;
export type EnhancementState = (typeof enhancementStates)[number];

export const steps = [
  'assess',
  'acquire',
  'prepare',
  'enhance',
  'inspect',
  'finish',
  'publish',
  'record',
] as const;
export type Step = (typeof steps)[number];

export type Trigger = 'webhook' | 'merchant' | 'backfill' | 'reconcile' | 'flow' | 'operator';
export type Lane = 'live' | 'backfill';

export type ImageRecord = Omit<Image, 'status'> & { readonly status: ImageStatus };
export type EnhancementRecord = Omit<Enhancement, 'state' | 'step' | 'trigger' | 'lane'> & {
  readonly state: EnhancementState;
  readonly step: 'none' | Step;
  readonly trigger: Trigger;
  readonly lane: Lane;
};

/** The columns of text are written by this room only, so what they hold is what the unions above say. */
export function toImage(row: Image): ImageRecord {
  return row as ImageRecord;
}

export function toEnhancement(row: Enhancement): EnhancementRecord {
  return row as EnhancementRecord;
}
