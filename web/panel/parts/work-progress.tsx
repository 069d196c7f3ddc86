import type { ImageRow } from '../../server/http/api/schemas.ts';
import { usePanel } from '../context.ts';
import { nameOf } from '../model/words-of-image.ts';

/** How far the work at one image is; a bar without a value until its share is known. */
export function WorkProgress({ image }: { image: ImageRow }) {
  const { t } = usePanel().words;
  const isKnown = image.status === 'working' && image.progress > 0;
  return (
    <s-progress
      accessibilityLabel={t('progress.label', { name: nameOf(image) })}
      {...(isKnown && { value: image.progress })}
      max={1}
      tone="info"
    />
  );
}
