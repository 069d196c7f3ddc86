import { useState } from 'preact/hooks';
import type { Picture } from '../../server/http/api/schemas.ts';
import { usePanel } from '../context.ts';
import { formatPercent } from '../format.ts';

interface CompareSliderProps {
  readonly before: Picture;
  readonly after: Picture;
  readonly name: string;
}

/**
 * Two pictures over each other with a line between them. The control is a native range input over the whole picture,
 * so that mouse, touch, arrow keys, Home, End and assistive technology all work as they do everywhere. In a language
 * written from right to left the original still stands on the left: the picture is not text.
 */
export function CompareSlider({ before, after, name }: CompareSliderProps) {
  const { t, locale } = usePanel().words;
  const [percent, setPercent] = useState(50);
  return (
    <div
      class="compare"
      dir="ltr"
      style={{ '--cut': `${percent}%`, '--ratio': `${after.widthPx} / ${after.heightPx}` }}
    >
      <img
        src={after.url}
        alt={t('image.altAfter', { name })}
        width={after.widthPx}
        height={after.heightPx}
      />
      <img
        class="compare-before"
        src={before.url}
        alt={t('image.altBefore', { name })}
        width={before.widthPx}
        height={before.heightPx}
      />
      <span class="tag left" aria-hidden="true">
        {t('image.before')}
      </span>
      <span class="tag right" aria-hidden="true">
        {t('image.after')}
      </span>
      <input
        type="range"
        min="0"
        max="100"
        value={percent}
        aria-label={t('image.compareLabel')}
        aria-valuetext={t('image.compareValue', { percent: formatPercent(percent / 100, locale) })}
        onInput={(event) => setPercent(event.currentTarget.valueAsNumber)}
      />
      <span class="handle" aria-hidden="true">
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path
            d="m7.5 6-4 4 4 4m5-8 4 4-4 4"
            fill="none"
            stroke="currentColor"
            stroke-width="1.6"
            stroke-linecap="round"
            stroke-linejoin="round"
          />
        </svg>
      </span>
    </div>
  );
}
