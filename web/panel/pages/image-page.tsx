import { useEffect, useReducer, useState } from 'preact/hooks';
import type { ImageDetail, ImageRow } from '../../server/http/api/schemas.ts';
import { PanelError } from '../api.ts';
import { useLive, usePanel } from '../context.ts';
import { isUnderWay, nameOf } from '../model/words-of-image.ts';
import { CompareSlider } from '../parts/compare-slider.tsx';
import { Failure } from '../parts/failure.tsx';
import { DetailsCard, FidelityCard, HistoryCard, StatusCard } from '../parts/image-facts.tsx';
import { RestoreCard } from '../parts/restore-card.tsx';

type ImageView =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: PanelError }
  | { readonly kind: 'ready'; readonly detail: ImageDetail };

function withImage(view: ImageView, change: (image: ImageRow) => ImageRow): ImageView {
  if (view.kind !== 'ready') return view;
  return { ...view, detail: { ...view.detail, image: change(view.detail.image) } };
}

/** One image: what was, what is, how true it is, and the way back. */
export function ImagePage({ id }: { id: string }) {
  const { api, words } = usePanel();
  const { t } = words;
  const [view, setView] = useState<ImageView>({ kind: 'loading' });
  const [round, readAgain] = useReducer((count: number) => count + 1, 0);

  // `round` asks for the same image anew.
  useEffect(() => {
    const leaving = new AbortController();
    api.getImage(id, leaving.signal).then(
      (detail) => setView({ kind: 'ready', detail }),
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        setView({
          kind: 'failed',
          error: error instanceof PanelError ? error : new PanelError('problem', 'unknown', null),
        });
      },
    );
    return () => leaving.abort();
  }, [api, id, round]);

  useLive((signal) => {
    if (signal.type === 'reload') readAgain(null);
    if (signal.type === 'progress' && signal.imageId === id) {
      setView((shown) => withImage(shown, (image) => ({ ...image, progress: signal.progress })));
    }
    if (signal.type !== 'images') return;
    const now = signal.images.find((image) => image.id === id);
    if (!now) return;
    setView((shown) => withImage(shown, () => now));
    // A change of status brings new pictures, figures or history.
    readAgain(null);
  });

  const isReady = view.kind === 'ready';
  const productId = isReady ? view.detail.image.productId : null;
  return (
    <s-page heading={isReady ? nameOf(view.detail.image) : t('image.loading')}>
      <s-link slot="breadcrumb-actions" href="/">
        {t('image.back')}
      </s-link>
      {productId && (
        <s-button slot="secondary-actions" href={productAddress(productId)} target="_top">
          {t('image.viewProduct')}
        </s-button>
      )}
      {view.kind === 'failed' && <Failure error={view.error} onRetry={() => readAgain(null)} />}
      {view.kind === 'loading' && (
        <s-section padding="none" accessibilityLabel={t('image.loading')}>
          <div class="stage">
            <span class="bone picture" />
          </div>
        </s-section>
      )}
      {isReady && <Ready detail={view.detail} />}
    </s-page>
  );
}

/** `shopify:admin/products/1` is opened by the admin itself. */
const productAddress = (productId: string): string => `shopify:admin/products/${productId.split('/').at(-1)}`;

function Ready({ detail }: { detail: ImageDetail }) {
  const { t } = usePanel().words;
  const { image, before, after } = detail;
  const name = nameOf(image);
  return (
    <>
      <s-section padding="none" accessibilityLabel={t('image.compare')}>
        <div class="stage">
          {before && after && !isUnderWay(image.status) ? (
            <CompareSlider key={after.url} before={before} after={after} name={name} />
          ) : (
            before && (
              <img
                class="single"
                src={before.url}
                alt={t('image.altBefore', { name })}
                width={before.widthPx}
                height={before.heightPx}
              />
            )
          )}
          {!(before && after) && (
            <p class="stage-note">{t(before ? 'image.onlyBefore' : 'image.noCompare')}</p>
          )}
        </div>
      </s-section>
      <FidelityCard detail={detail} />
      <HistoryCard detail={detail} />
      <div slot="aside" class="aside">
        <StatusCard detail={detail} />
        <RestoreCard image={image} />
        <DetailsCard detail={detail} />
      </div>
    </>
  );
}
