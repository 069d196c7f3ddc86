import express, { type Request, type RequestHandler, type Router } from 'express';
import type { PredictionRecord } from '../../core/engines/ports.ts';
import { callbackPath, inputPath } from '../../core/engines/replicate/create.ts';
import { isWebhookGenuine } from '../../core/engines/replicate/webhook-signature.ts';
import { HttpError } from './errors.ts';

export interface ReplicateCallbackDeps {
  readonly findByNonce: (nonce: string) => Promise<PredictionRecord | null>;
  /** What the webhooks of the attempt's account are signed with; null: not known. */
  readonly webhookSecretOf: (attempt: PredictionRecord) => Promise<string | null>;
  /** Tells every process; whoever waits for the attempt asks Replicate. */
  readonly tell: (predictionId: string) => Promise<void>;
  /** The PNG that the attempt's model is to read; null: not there any more. */
  readonly readInput: (attempt: PredictionRecord) => Promise<Uint8Array | null>;
  readonly now: () => Date;
}

/** A prediction carries its input, which may be a data URI of 256 kB, and its logs. */
const maxBytes = 2 * 1024 * 1024;
/** Far past the longest that a run may take. */
const inputLifeMs = 60 * 60_000;
const rememberedIds = 1000;
const noncePattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * What Replicate asks of us: the input of an attempt, and to be told of one. Both addresses hold the attempt's
 * nonce, which nobody can guess, and both end with the attempt.
 */
export function replicateCallbacks(deps: ReplicateCallbackDeps): Router {
  const router = express.Router();
  // The signature is over the bytes, so nothing may unpack or decode them before.
  const readBody = express.raw({ type: () => true, limit: maxBytes, inflate: false });
  router.post(`${callbackPath}/:nonce`, readBody, receiveWebhook(deps));
  router.get(`${inputPath}/:file`, sendInput(deps));
  return router;
}

/**
 * A webhook is a hint: 200 at once, and the truth is asked for. 401 for a signature that is not the account's or a
 * timestamp more than five minutes away, 404 for an unknown nonce.
 */
function receiveWebhook({ findByNonce, webhookSecretOf, tell, now }: ReplicateCallbackDeps): RequestHandler {
  const seen = new Set<string>();
  return async function receiveReplicateWebhook(request, response) {
    const attempt = await find(findByNonce, request.params['nonce']);
    const secret = await webhookSecretOf(attempt);
    const id = header(request, 'webhook-id');
    const webhook = {
      id,
      timestamp: header(request, 'webhook-timestamp'),
      signature: header(request, 'webhook-signature'),
      rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    };
    if (secret === null || !isWebhookGenuine(webhook, secret, now())) {
      throw new HttpError(
        'webhook-forged',
        'The signature of this webhook is not the account’s, or it is too old.',
      );
    }
    // Only spares a question: that the attempt has ended is known from its record, whatever was forgotten here.
    const isNew = id !== undefined && !seen.has(id) && attempt.state !== 'copied';
    response.status(200).end();
    if (!isNew) return;
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > rememberedIds && oldest !== undefined) seen.delete(oldest);
    await tell(attempt.id);
  };
}

/** The input while its attempt is under way, for an hour at most; 404 afterwards. */
function sendInput({ findByNonce, readInput, now }: ReplicateCallbackDeps): RequestHandler {
  return async function sendReplicateInput(request, response) {
    const file = request.params['file'];
    const nonce = typeof file === 'string' && file.endsWith('.png') ? file.slice(0, -'.png'.length) : '';
    const attempt = await find(findByNonce, nonce);
    const isOpen = ['creating', 'unknown', 'created'].includes(attempt.state);
    const isFresh = now().getTime() - attempt.createdAt.getTime() < inputLifeMs;
    const png = isOpen && isFresh ? await readInput(attempt) : null;
    if (png === null) throw new HttpError('unknown-page', 'There is nothing at this address.');
    response.set({ 'Content-Type': 'image/png', 'Cache-Control': 'private, no-store' });
    response.end(png);
  };
}

async function find(
  findByNonce: ReplicateCallbackDeps['findByNonce'],
  nonce: unknown,
): Promise<PredictionRecord> {
  const attempt = typeof nonce === 'string' && noncePattern.test(nonce) ? await findByNonce(nonce) : null;
  if (attempt === null) throw new HttpError('unknown-page', 'There is nothing at this address.');
  return attempt;
}

function header(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
