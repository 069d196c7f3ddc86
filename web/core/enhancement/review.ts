import { type Actor, appendEntry } from '../audit/ledger.ts';
import { VitrineError } from '../errors.ts';
import type { ShopTx } from '../store/door.ts';
import { endEnhancement, latestEnhancement, resumeEnhancement } from '../store/enhancements.ts';
import { setImageStatus } from '../store/images.ts';
import { sendEnhancement } from './queues.ts';
import type { Facts } from './work.ts';

/** There is nothing to decide: somebody was quicker, or the image was changed in the shop. */
export class NotHeldError extends VitrineError {
  constructor() {
    super('not-held', 'This image no longer waits for a decision; reload the list.', { isReported: false });
  }
}

/** Publishes a result that waits: the work goes on where it stopped. @throws NotHeldError */
export async function approve(tx: ShopTx, imageId: string, actor: Actor): Promise<void> {
  const held = await findHeld(tx, imageId);
  const facts: Facts = { ...(held.facts as Facts), approvedBy: actor };
  if (!(await resumeEnhancement(tx, held.id, JSON.parse(JSON.stringify(facts))))) throw new NotHeldError();
  await appendEntry(tx, {
    kind: 'approved',
    imageId,
    subject: held.id,
    body: { actor, reason: held.errorCode, verdict: held.verdict },
  });
  await setImageStatus(tx, imageId, { status: 'queued', from: ['review'] });
  await sendEnhancement(tx, { imageId, trigger: held.trigger, lane: 'live' });
}

/** Leaves the shop as it is; the result stays in the vault. @throws NotHeldError */
export async function reject(tx: ShopTx, imageId: string, actor: Actor): Promise<void> {
  const held = await findHeld(tx, imageId);
  const sentence = 'You decided to keep the image as it is.';
  const isEnded = await endEnhancement(
    tx,
    held.id,
    { state: 'rejected', errorCode: 'rejected', error: sentence },
    ['held'],
  );
  if (!isEnded) throw new NotHeldError();
  await appendEntry(tx, {
    kind: 'rejected',
    imageId,
    subject: held.id,
    body: { actor, reason: held.errorCode, verdict: held.verdict },
  });
  await setImageStatus(tx, imageId, {
    status: 'skipped',
    reasonCode: 'rejected',
    reason: sentence,
    from: ['review'],
  });
}

async function findHeld(tx: ShopTx, imageId: string) {
  const latest = await latestEnhancement(tx, imageId);
  if (latest === null || latest.state !== 'held') throw new NotHeldError();
  return latest;
}
