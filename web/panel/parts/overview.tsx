import type { Summary } from '../../server/http/api/schemas.ts';
import { usePanel } from '../context.ts';
import { overviewOf } from '../model/words-of-image.ts';

/** How far the work is, in one line and a bar. Its height is the same whatever it says. */
export function Overview({ summary }: { summary: Summary | null }) {
  const { words } = usePanel();
  if (summary === null) {
    return (
      <s-section accessibilityLabel={words.t('images.loading')}>
        <div class="overview" aria-hidden="true">
          <span class="bone" style={{ width: '220px' }} />
          <span class="bone" style={{ width: '320px' }} />
          <span class="bone thin" />
        </div>
      </s-section>
    );
  }
  const { heading, text, done, isBusy } = overviewOf(summary, words);
  const format = new Intl.NumberFormat(words.locale);
  const doneCount = format.format(Math.round(done * summary.total));
  return (
    <s-section accessibilityLabel={heading}>
      <div class="overview" aria-live="polite">
        <div class="overview-head">
          <s-heading>{heading}</s-heading>
          {summary.total > 0 && (
            <s-text color="subdued" fontVariantNumeric="tabular-nums">
              {words.t('overview.share', { done: doneCount, total: format.format(summary.total) })}
            </s-text>
          )}
        </div>
        <s-paragraph color="subdued">{text}</s-paragraph>
        <s-progress
          accessibilityLabel={words.t('overview.progress')}
          value={summary.total === 0 ? 0 : done}
          max={1}
          tone={isBusy ? 'info' : 'success'}
        />
      </div>
    </s-section>
  );
}
