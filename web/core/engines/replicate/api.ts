import { z } from 'zod';

/** Replicate's HTTP API, as far as it is used: https://replicate.com/docs/reference/http */

export const remoteStatuses = [
  'starting',
  'processing',
  'succeeded',
  'failed',
  'canceled',
  'aborted',
] as const;
export type RemoteStatus = (typeof remoteStatuses)[number];

/** Fields that we read; what else the API sends is let through and forgotten. */
export const remotePredictionSchema = z.object({
  id: z.string().min(1),
  status: z.enum(remoteStatuses),
  // Output and error may be left out altogether.
  /** Null, or without fields, once the data is removed. */
  input: z.record(z.string(), z.unknown()).nullish(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  created_at: z.string(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  data_removed: z.boolean().optional(),
  metrics: z.object({ predict_time: z.number().nonnegative().optional() }).nullish(),
});
export type RemotePrediction = z.infer<typeof remotePredictionSchema>;

export const predictionPageSchema = z.object({
  next: z.string().nullish(),
  results: z.array(remotePredictionSchema),
});

export const remoteFileSchema = z.object({
  id: z.string().min(1),
  urls: z.object({ get: z.url() }),
});
export type RemoteFile = z.infer<typeof remoteFileSchema>;

export const accountSchema = z.object({ type: z.string(), username: z.string() });
export const webhookSecretSchema = z.object({ key: z.string().regex(/^whsec_/) });

export const errorBodySchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
});

export const isOver = (status: RemoteStatus): boolean => status !== 'starting' && status !== 'processing';

/** Engine time as billed, in whole milliseconds; null while there is none. */
export function predictMsOf({ metrics }: RemotePrediction): number | null {
  const seconds = metrics?.predict_time;
  return seconds === undefined ? null : Math.round(seconds * 1000);
}

/** The one address of the output, whether the model answers with a text or a list of them; null without one. */
export function outputUrlOf({ output }: RemotePrediction): string | null {
  if (typeof output === 'string') return output;
  if (Array.isArray(output) && typeof output[0] === 'string') return output[0];
  return null;
}

/** What the model itself said of its failure, short enough for a log. */
export function remoteErrorText({ error }: RemotePrediction): string {
  if (error === null || error === undefined) return 'no reason given';
  return (typeof error === 'string' ? error : JSON.stringify(error)).slice(0, 300);
}
