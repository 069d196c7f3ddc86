import { useEffect, useState } from 'preact/hooks';
import type { ImageRow } from '../../server/http/api/schemas.ts';
import { PanelError } from '../api.ts';
import { useLive, usePanel } from '../context.ts';
import { formatSize } from '../format.ts';

const dialogId = 'restore-dialog';
const patienceMs = 60_000;

/** The promise that nothing is lost, and the button that keeps it. */
export function RestoreCard({ image }: { image: ImageRow }) {
  const { api, words, toast } = usePanel();
  const { t } = words;
  const [isRestoring, setIsRestoring] = useState(false);

  useLive((signal) => {
    if (!isRestoring || signal.type !== 'images') return;
    const now = signal.images.find(({ id }) => id === image.id);
    if (now?.status === 'restored') toast(t('restore.done'));
    else if (now?.reasonCode && now.reasonCode !== image.reasonCode)
      toast(now.reason ?? t('restore.failed'), true);
    else return;
    setIsRestoring(false);
  });

  useEffect(() => {
    if (!isRestoring) return;
    const timer = setTimeout(() => {
      setIsRestoring(false);
      toast(t('restore.slow'));
    }, patienceMs);
    return () => clearTimeout(timer);
  }, [isRestoring, toast, t]);

  // The shop's image was changed since: only a person can say that the old one is wanted all the same.
  const isForced = image.reasonCode === 'restore-conflict';
  const buttonWords = t(isForced ? 'restore.anyway' : 'restore.button');

  const restore = () => {
    setIsRestoring(true);
    api.restoreImage(image.id, isForced).catch((error: unknown) => {
      setIsRestoring(false);
      const sentence = error instanceof PanelError ? error.sentence : null;
      toast(sentence ?? t('restore.failed'), true);
    });
  };

  return (
    <s-section heading={t('restore.heading')}>
      <s-paragraph color="subdued">{t(image.canRestore ? 'restore.text' : 'restore.nothing')}</s-paragraph>
      {(image.canRestore || isRestoring) && (
        <div>
          <s-button icon="undo" commandFor={dialogId} command="--show" loading={isRestoring}>
            {buttonWords}
          </s-button>
        </div>
      )}
      <s-modal id={dialogId} size="small" heading={t('restore.confirm')}>
        <s-paragraph>
          {t(isForced ? 'restore.confirmForced' : 'restore.confirmText', {
            size: image.before ? formatSize(image.before) : '',
          })}
        </s-paragraph>
        <s-button slot="secondary-actions" commandFor={dialogId} command="--hide">
          {t('restore.cancel')}
        </s-button>
        <s-button
          slot="primary-action"
          variant="primary"
          commandFor={dialogId}
          command="--hide"
          onClick={restore}
        >
          {buttonWords}
        </s-button>
      </s-modal>
    </s-section>
  );
}
