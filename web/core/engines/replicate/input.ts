import { crc32 } from 'node:zlib';
import type { RemotePrediction } from './api.ts';
import type { ReplicateClient } from './client.ts';
import { ReplicateError } from './errors.ts';

/** Documented limits of the three ways to hand an image over. */
const maxDataUriChars = 256_000;
const maxFileBytes = 100_000_000;

export interface RemoteInput {
  /** What the model is told to read. */
  readonly address: string;
  /** What is kept of it: null for a data URI, which is known again by the mark inside it. */
  readonly kept: string | null;
}

/**
 * Hands the image over: by an address of ours where Replicate can reach us, else inside the request where it is
 * small, else through the Files API. Each way is unique to the attempt, so that the attempt is found in the
 * account's list when its create was never answered.
 * @throws ReplicateError
 */
export async function handOver(
  png: Uint8Array,
  nonce: string,
  publicUrl: string | null,
  client: Pick<ReplicateClient, 'uploadFile'>,
): Promise<RemoteInput> {
  if (publicUrl !== null) return { address: publicUrl, kept: publicUrl };
  const dataUri = `data:image/png;base64,${Buffer.from(markPng(png, nonce)).toString('base64')}`;
  if (dataUri.length <= maxDataUriChars) return { address: dataUri, kept: null };
  if (png.length > maxFileBytes) {
    throw new ReplicateError(
      'replicate-input-too-large',
      'The photo is too large for Replicate; set resize, or choose the local engine.',
      { isReported: false },
    );
  }
  const file = await client.uploadFile(png, `${nonce}.png`);
  return { address: file.urls.get, kept: file.urls.get };
}

const mark = 'Vitrine-Attempt';
const endBytes = 12;

/** The same PNG with the nonce in a text chunk before IEND. */
export function markPng(png: Uint8Array, nonce: string): Uint8Array {
  const body = Buffer.from(`tEXt${mark}\0${nonce}`, 'latin1');
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  const end = png.length - endBytes;
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}

/** Whether a prediction in the account's list is this attempt's. */
export function isOfAttempt(
  prediction: RemotePrediction,
  attempt: { readonly nonce: string; readonly inputUrl: string | null },
): boolean {
  for (const value of Object.values(prediction.input ?? {})) {
    if (typeof value !== 'string') continue;
    if (attempt.inputUrl !== null && value === attempt.inputUrl) return true;
    if (value.includes(attempt.nonce)) return true;
    if (value.startsWith('data:image/png;base64,')) {
      // The mark stands at the end; four bytes of base64 are three of the file.
      const tail = Buffer.from(value.slice(value.length - (value.length % 4) - 1024), 'base64');
      if (tail.includes(`${mark}\0${attempt.nonce}`, 0, 'latin1')) return true;
    }
  }
  return false;
}
