import { VitrineError, type VitrineErrorOptions } from '../errors.ts';

export type ImageErrorCode =
  | 'image-empty'
  | 'image-not-an-image'
  | 'image-unsupported-format'
  | 'image-corrupt'
  | 'image-animated'
  | 'image-too-many-pixels'
  | 'image-too-many-bytes'
  | 'image-too-small'
  | 'image-side-too-long'
  | 'image-took-too-long'
  | 'image-needs-background'
  | 'image-cannot-keep-format'
  | 'image-parameter';

/** An image, or what was asked of it, cannot be worked with. The caller's input is at fault, never the process. */
export class ImageError extends VitrineError {
  declare readonly code: ImageErrorCode;
  constructor(code: ImageErrorCode, sentence: string, options: VitrineErrorOptions = {}) {
    super(code, sentence, { isReported: false, ...options });
  }
}
