import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { ModelEntry } from '../core/engines/models/entry.ts';
import {
  type LicenceConfirmation,
  needsConfirmation,
  requireLicenceConfirmed,
} from '../core/engines/models/licence.ts';

const fileSchema = z.array(
  z.object({ model: z.string(), licence: z.string(), confirmedBy: z.string(), confirmedAt: z.string() }),
);

export interface ConfirmRequest {
  /** Where confirmations are remembered, so that each licence is asked about once. */
  readonly file: string;
  /** Models that the environment names as confirmed. */
  readonly inEnvironment: readonly string[];
  /** Given on the command line, after the licence was shown. */
  readonly isConfirmedNow: boolean;
  readonly now: () => Date;
}

/** Lets a model through whose licence allows commercial use or was confirmed; shows and refuses any other. */
export async function requireConfirmed(model: ModelEntry, request: ConfirmRequest): Promise<void> {
  if (!needsConfirmation(model.licence)) return;
  const known = await read(request.file);
  const { id, licence } = model;
  const confirmation: LicenceConfirmation = {
    model: id,
    licence: licence.name,
    confirmedBy: 'operator',
    confirmedAt: request.now().toISOString(),
  };
  if (request.isConfirmedNow) {
    await mkdir(dirname(request.file), { recursive: true, mode: 0o700 });
    await writeFile(request.file, `${JSON.stringify([...known, confirmation], null, 2)}\n`);
  }
  const isNamed = request.isConfirmedNow || request.inEnvironment.includes(id);
  requireLicenceConfirmed(model, isNamed ? [confirmation] : known);
}

async function read(file: string): Promise<readonly LicenceConfirmation[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
  return fileSchema.parse(JSON.parse(text));
}
