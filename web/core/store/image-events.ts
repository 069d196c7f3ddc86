import type { ImageStatus } from './records.ts';

/** Tells whoever watches a shop's images. A hint, told after the commit: what is true is in the record. */
export interface ImageEvents {
  changed(shopId: string, imageId: string, status: ImageStatus): void;
  /** share: 0…1 of the work under way. */
  progressed(shopId: string, imageId: string, share: number): void;
}
