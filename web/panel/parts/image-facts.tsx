import type { ComponentChildren } from 'preact';
import type { ImageDetail } from '../../server/http/api/schemas.ts';
import { usePanel } from '../context.ts';
import {
  formatBytes,
  formatDuration,
  formatFigure,
  formatMoment,
  formatMoney,
  formatSize,
} from '../format.ts';
import { isUnderWay, whatHappened } from '../model/words-of-image.ts';
import { isKey } from '../strings.ts';
import { StatusBadge } from './status-badge.tsx';
import { WorkProgress } from './work-progress.tsx';

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Where the image stands, in a badge, a sentence and, while work is under way, a bar. */
export function StatusCard({ detail: { image } }: { detail: ImageDetail }) {
  const { words } = usePanel();
  return (
    <s-section heading={words.t('image.status')}>
      <div class="state" aria-live="polite">
        <div>
          <StatusBadge status={image.status} />
        </div>
        <s-paragraph>{whatHappened(image, words)}</s-paragraph>
        {isUnderWay(image.status) && <WorkProgress image={image} />}
      </div>
    </s-section>
  );
}

/** `before → after` where both are known and differ. */
function fromTo(before: string | null, after: string | null): string {
  if (before === null || after === null) return before ?? after ?? '–';
  return before === after ? after : `${before} → ${after}`;
}

export function DetailsCard({ detail: { image, before, after, attempt } }: { detail: ImageDetail }) {
  const { t, locale } = usePanel().words;
  const engine = attempt?.engine ?? null;
  const engineKey = `engine.${engine}`;
  const shown = image.shown && formatSize(image.shown);
  return (
    <s-section heading={t('image.details')}>
      <dl class="facts">
        <Fact label={t('image.size')}>
          {before && after ? fromTo(formatSize(before), formatSize(after)) : (shown ?? '–')}
        </Fact>
        <Fact label={t('image.fileSize')}>
          {before && after
            ? fromTo(formatBytes(before.bytes, locale), formatBytes(after.bytes, locale))
            : image.shownBytes === null
              ? '–'
              : formatBytes(image.shownBytes, locale)}
        </Fact>
        <Fact label={t('image.file')}>
          <span class="breakable">{image.fileName}</span>
        </Fact>
        {attempt && engine !== null && (
          <>
            <Fact label={t('image.engine')}>
              {isKey(engineKey) ? t(engineKey) : engine}
              {attempt.model && <span class="quiet"> · {attempt.model}</span>}
            </Fact>
            {attempt.licence && <Fact label={t('image.licence')}>{attempt.licence}</Fact>}
            {attempt.finishedAt && (
              <Fact label={t('image.took')}>
                {formatDuration(Date.parse(attempt.finishedAt) - Date.parse(attempt.startedAt), locale)}
              </Fact>
            )}
            <Fact label={t('image.cost')}>
              {attempt.costMicros === 0 ? t('image.free') : formatMoney(attempt.costMicros, locale)}
            </Fact>
          </>
        )}
      </dl>
    </s-section>
  );
}

/** What the check against the original found: a verdict in words, the figures behind it. */
export function FidelityCard({ detail: { attempt } }: { detail: ImageDetail }) {
  const { t, locale } = usePanel().words;
  const verdictKey = `image.verdict.${attempt?.verdict?.kind}`;
  if (!attempt?.verdict || !isKey(verdictKey)) {
    return (
      <s-section heading={t('image.figures')}>
        <s-paragraph color="subdued">{t('image.figuresNone')}</s-paragraph>
      </s-section>
    );
  }
  return (
    <s-section heading={t('image.figures')}>
      <s-paragraph>{t(verdictKey)}</s-paragraph>
      {attempt.verdict.reasons.length > 0 && (
        <ul class="plain">
          {attempt.verdict.reasons.map(({ code, sentence }) => (
            <li key={code}>{sentence}</li>
          ))}
        </ul>
      )}
      {attempt.measures.length > 0 && (
        <details class="figures">
          <summary>{t('image.figuresMore')}</summary>
          <dl class="measures">
            {attempt.measures.map(({ name, value, unit, meaning }) => (
              <div key={name}>
                <dt>{meaning}</dt>
                <dd>{formatFigure(value, unit, locale)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </s-section>
  );
}

export function HistoryCard({ detail: { history } }: { detail: ImageDetail }) {
  const { t, locale } = usePanel().words;
  return (
    <s-section heading={t('image.history')}>
      {history.length === 0 ? (
        <s-paragraph color="subdued">{t('image.historyNone')}</s-paragraph>
      ) : (
        <ol class="history">
          {history.map(({ seq, kind, at, by }) => {
            const [kindKey, byKey] = [`history.${kind}`, `by.${by}`];
            return (
              <li key={seq}>
                <span>{isKey(kindKey) ? t(kindKey) : t('history.other', { kind })}</span>
                <span class="quiet">
                  {formatMoment(at, locale)}
                  {isKey(byKey) && ` · ${t(byKey)}`}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </s-section>
  );
}
