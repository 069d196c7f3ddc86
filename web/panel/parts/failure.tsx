import type { PanelError } from '../api.ts';
import { usePanel } from '../context.ts';

/** What went wrong, and the way on. */
export function Failure({ error, onRetry }: { error: PanelError; onRetry: () => void }) {
  const { t } = usePanel().words;
  const ownWords = { offline: 'error.offline', session: 'error.session', problem: 'error.unknown' } as const;
  const reload = error.kind === 'session' ? () => location.reload() : onRetry;
  return (
    <s-banner tone="critical" heading={t('error.heading')}>
      {error.sentence ?? t(ownWords[error.kind])}
      <s-button slot="secondary-actions" onClick={reload}>
        {t('error.retry')}
      </s-button>
    </s-banner>
  );
}
