import type { ImageStatus } from '../../server/http/api/schemas.ts';
import { usePanel } from '../context.ts';
import { toneOf } from '../model/words-of-image.ts';

export function StatusBadge({ status }: { status: ImageStatus }) {
  const { words } = usePanel();
  return <s-badge tone={toneOf[status]}>{words.t(`status.${status}`)}</s-badge>;
}
