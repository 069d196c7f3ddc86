import type { ImageRow } from '../../server/http/api/schemas.ts';
import { usePanel } from '../context.ts';
import { formatAge, formatSize } from '../format.ts';
import type { ListView } from '../model/image-list.ts';
import { isUnderWay, nameOf, whatHappened } from '../model/words-of-image.ts';
import { StatusBadge } from './status-badge.tsx';
import { WorkProgress } from './work-progress.tsx';

interface ImageTableProps {
  readonly view: Extract<ListView, { kind: 'ready' | 'loading' }>;
  readonly hasPrevious: boolean;
  readonly nowMs: number;
  readonly onPrevious: () => void;
  readonly onNext: () => void;
  readonly children: preact.ComponentChildren;
}

export function ImageTable({ view, hasPrevious, nowMs, onPrevious, onNext, children }: ImageTableProps) {
  const { t } = usePanel().words;
  const isReady = view.kind === 'ready';
  const hasNext = isReady && view.next !== null;
  return (
    <s-table
      loading={isReady && view.isRefreshing}
      paginate={hasPrevious || hasNext}
      hasPreviousPage={hasPrevious}
      hasNextPage={hasNext}
      onPreviousPage={onPrevious}
      onNextPage={onNext}
    >
      {children}
      <s-table-header-row>
        <s-table-header listSlot="primary">{t('images.column.image')}</s-table-header>
        <s-table-header listSlot="inline">{t('images.column.status')}</s-table-header>
        <s-table-header listSlot="secondary">{t('images.column.what')}</s-table-header>
        <s-table-header listSlot="labeled">{t('images.column.size')}</s-table-header>
        <s-table-header listSlot="labeled">{t('images.column.changed')}</s-table-header>
      </s-table-header-row>
      <s-table-body>
        {isReady
          ? view.images.map((image) => <Row key={image.id} image={image} nowMs={nowMs} />)
          : bones.map((bone) => <BoneRow key={bone} />)}
      </s-table-body>
    </s-table>
  );
}

function Row({ image, nowMs }: { image: ImageRow; nowMs: number }) {
  const { words } = usePanel();
  const name = nameOf(image);
  const linkId = `open-${image.id}`;
  return (
    <s-table-row clickDelegate={linkId}>
      <s-table-cell>
        <div class="who">
          <s-thumbnail size="base" src={image.thumbnailUrl ?? ''} alt="" />
          <div class="names">
            <s-link id={linkId} href={`/images/${image.id}`} tone="neutral">
              <span class="name">{name}</span>
            </s-link>
            {image.productTitle && <span class="file">{image.fileName}</span>}
          </div>
        </div>
      </s-table-cell>
      <s-table-cell>
        <div class="state inline">
          <StatusBadge status={image.status} />
          {isUnderWay(image.status) && <WorkProgress image={image} />}
        </div>
      </s-table-cell>
      <s-table-cell>
        <span class="what">{whatHappened(image, words)}</span>
      </s-table-cell>
      <s-table-cell>
        <Sizes image={image} />
      </s-table-cell>
      <s-table-cell>
        <span class="quiet">{formatAge(image.updatedAt, nowMs, words.locale)}</span>
      </s-table-cell>
    </s-table-row>
  );
}

function Sizes({ image: { status, before, shown } }: { image: ImageRow }) {
  const { t } = usePanel().words;
  if (shown === null) return <span class="quiet">{t('images.noSize')}</span>;
  const after = formatSize(shown);
  if (status !== 'enhanced' || before === null || formatSize(before) === after)
    return <span class="size">{after}</span>;
  return (
    <span class="size">
      <span aria-hidden="true">
        <span class="quiet">{formatSize(before)}</span>
        <span class="arrow"> → </span>
        {after}
      </span>
      <span class="sr">{t('images.sizeFromTo', { before: formatSize(before), after })}</span>
    </span>
  );
}

const bones = [1, 2, 3, 4, 5, 6];

/** A row's place while its content is on the way, at a row's own height. */
function BoneRow() {
  return (
    <s-table-row>
      <s-table-cell>
        <div class="who" aria-hidden="true">
          <span class="bone square" />
          <span class="bone" style={{ width: '140px' }} />
        </div>
      </s-table-cell>
      {[88, 180, 120, 60].map((widthPx) => (
        <s-table-cell key={widthPx}>
          <span class="bone" style={{ width: `${widthPx}px` }} />
        </s-table-cell>
      ))}
    </s-table-row>
  );
}
