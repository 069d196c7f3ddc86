import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Summary } from '../../server/http/api/schemas.ts';
import { PanelError } from '../api.ts';
import { useLive, usePanel } from '../context.ts';
import {
  applyChanges,
  applyProgress,
  type Filter,
  type ListView,
  statusesOf,
  toFilter,
  toView,
} from '../model/image-list.ts';
import { Failure } from '../parts/failure.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { ImageTable } from '../parts/image-table.tsx';
import { Overview } from '../parts/overview.tsx';
import { navigate } from '../router.ts';
import { useNow } from '../use-now.ts';

const pageSize = 25;
type Trail = readonly (string | null)[];
const firstPage: Trail = [null];

/** The list of a shop's images, live. */
export function ImagesPage({ status }: { status: string | null }) {
  const { api, words } = usePanel();
  const filter = toFilter(status);
  /** Where each page before this one began; the last is this page's own beginning. */
  const [place, setPlace] = useState<{ filter: Filter; trail: Trail }>({ filter, trail: [null] });
  // Another filter begins at its own first page, whichever way it was chosen.
  const trail = place.filter === filter ? place.trail : firstPage;
  const setTrail = (next: Trail) => setPlace({ filter, trail: next });
  const [view, setView] = useState<ListView>({ kind: 'loading' });
  const [summary, setSummary] = useState<Summary | null>(null);
  const [isLost, setIsLost] = useState(false);
  const [round, readAgain] = useReducer((count: number) => count + 1, 0);
  const nowMs = useNow();
  const after = trail.at(-1) ?? null;
  const isFirstPage = after === null;

  // `round` asks for the same page anew.
  useEffect(() => {
    const leaving = new AbortController();
    setView((shown) => (shown.kind === 'ready' ? { ...shown, isRefreshing: true } : { kind: 'loading' }));
    Promise.all([
      api.listImages({ statuses: statusesOf[filter], after, limit: pageSize }, leaving.signal),
      api.getSummary(leaving.signal),
    ]).then(
      ([list, counts]) => {
        setView(toView(list, after === null));
        setSummary(counts);
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setView({ kind: 'failed', error: toPanelError(error) });
      },
    );
    return () => leaving.abort();
  }, [api, filter, after, round]);

  useLive((signal) => {
    if (signal.type === 'progress') {
      setView((shown) => applyProgress(shown, signal.imageId, signal.progress));
    } else if (signal.type === 'images') {
      setView((shown) => applyChanges(shown, signal.images, { filter, isFirstPage }));
    } else if (signal.type === 'summary') setSummary(signal.summary);
    else if (signal.type === 'reload') readAgain(null);
    else if (signal.type === 'lost') setIsLost(true);
    else {
      if (isLost) readAgain(null);
      setIsLost(false);
    }
  });

  const choose = (chosen: Filter) => {
    navigate(chosen === 'all' ? '/' : `/?status=${chosen}`, true);
  };

  /** A shop without any image has one thing to be told, once. */
  const isNew = view.kind === 'empty' && filter === 'all';

  return (
    <s-page heading={words.t('images.title')} inlineSize="large">
      {isLost && <s-banner tone="warning" heading={words.t('live.lost')} />}
      {!isNew && <Overview summary={summary} />}
      {view.kind === 'failed' ? (
        <Failure error={view.error} onRetry={() => readAgain(null)} />
      ) : (
        <s-section padding="none" accessibilityLabel={words.t('images.table')}>
          {view.kind === 'empty' ? (
            <>
              {filter !== 'all' && (
                <div class="filters-box">
                  <FilterBar chosen={filter} summary={summary} onChoose={choose} />
                </div>
              )}
              <Empty isFiltered={filter !== 'all'} onShowAll={() => choose('all')} />
            </>
          ) : (
            <ImageTable
              view={view}
              hasPrevious={trail.length > 1}
              nowMs={nowMs}
              onPrevious={() => setTrail(trail.slice(0, -1))}
              onNext={() => view.kind === 'ready' && setTrail([...trail, view.next])}
            >
              <div slot="filters">
                <FilterBar chosen={filter} summary={summary} onChoose={choose} />
              </div>
            </ImageTable>
          )}
        </s-section>
      )}
    </s-page>
  );
}

function Empty({ isFiltered, onShowAll }: { isFiltered: boolean; onShowAll: () => void }) {
  const { t } = usePanel().words;
  return (
    <s-empty-state heading={t(isFiltered ? 'images.emptyFilter' : 'images.empty')}>
      <div slot="subheading">{t(isFiltered ? 'images.emptyFilterText' : 'images.emptyText')}</div>
      {isFiltered && (
        <s-button slot="primary-action" onClick={onShowAll}>
          {t('images.showAll')}
        </s-button>
      )}
    </s-empty-state>
  );
}

function toPanelError(error: unknown): PanelError {
  return error instanceof PanelError ? error : new PanelError('problem', 'unknown', null);
}
