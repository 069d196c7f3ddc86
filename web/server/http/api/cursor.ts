import { z } from 'zod';
import type { ImagePosition } from '../../../core/store/images.ts';
import { ApiError } from './problem.ts';

const positionSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** A place in the list as text for an address. */
export function writeCursor({ updatedAt, id }: ImagePosition): string {
  return Buffer.from(JSON.stringify([updatedAt.toISOString(), id])).toString('base64url');
}

/** Reads what writeCursor wrote; throws ApiError bad-request for anything else. */
export function readCursor(text: string): ImagePosition {
  try {
    const [updatedAt, id] = positionSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { updatedAt: new Date(updatedAt), id };
  } catch (cause) {
    throw new ApiError('bad-request', 'This page of the list is not known; go back to the first page.', {
      cause,
    });
  }
}
