import { usePanel } from './context.ts';
import { ImagePage } from './pages/image-page.tsx';
import { ImagesPage } from './pages/images-page.tsx';
import { useRoute } from './router.ts';

/** The navigation that the admin draws, and the page that the address names. */
export function App() {
  const { t } = usePanel().words;
  const route = useRoute();
  return (
    <>
      <s-app-nav>
        <a href="/" rel="home">
          {t('app.name')}
        </a>
        <a href="/images">{t('nav.images')}</a>
      </s-app-nav>
      {route.page === 'images' && <ImagesPage status={route.status} />}
      {route.page === 'image' && <ImagePage key={route.id} id={route.id} />}
      {route.page === 'unknown' && <UnknownPage />}
    </>
  );
}

function UnknownPage() {
  const { t } = usePanel().words;
  return (
    <s-page heading={t('app.unknownPage')}>
      <s-section>
        <s-empty-state heading={t('app.unknownPage')}>
          <div slot="subheading">{t('app.unknownPageText')}</div>
          <s-button slot="primary-action" href="/">
            {t('app.toImages')}
          </s-button>
        </s-empty-state>
      </s-section>
    </s-page>
  );
}
