import { readFile } from 'node:fs/promises';
import { createAdmin } from '../admin/admin.ts';
import { type Sandbox, type StoreHandle, sandboxShop, startSandbox } from '../start.ts';
import { readAppSubscriptions } from '../store/webhooks/app-config.ts';

export interface StageOptions {
  /** Of the store's admin; the upload host and the CDN take the next two. 0 takes free ones. */
  readonly port: number;
  /** Where the app listens. */
  readonly appOrigin: string;
}

/** A store with its admin, in which the app can be opened as a merchant opens it. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly shop: StoreHandle;
  /** The app's page inside the admin, for a browser. */
  readonly panelUrl: string;
  close(): Promise<void>;
}

const appHandle = 'vitrine';
/** The store sends what the app really asks Shopify for. */
const appConfigPath = new URL('../../shopify.app.toml', import.meta.url);

export async function openStage({ port, appOrigin }: StageOptions): Promise<Stage> {
  const subscriptions = readAppSubscriptions(await readFile(appConfigPath, 'utf8'));
  const sandbox = await startSandbox({ port, appUrl: appOrigin, shops: [sandboxShop], subscriptions });
  const shop = sandbox.shop(sandboxShop);
  const storeHandle = sandboxShop.replace(/\.myshopify\.com$/, '');
  const admin = createAdmin({
    findStore: (handle) =>
      handle === storeHandle ? { handle, domain: sandboxShop, name: 'Vitrine Sandbox' } : null,
    app: { name: 'Vitrine', handle: appHandle, clientSecret: sandbox.clientSecret },
    appOrigin: () => appOrigin,
    issueSessionToken: (domain) => sandbox.shop(domain).issueSessionToken(),
    now: () => new Date(),
  });
  sandbox.mount('/', admin);
  return {
    sandbox,
    shop,
    panelUrl: `${sandbox.origin}/store/${storeHandle}/apps/${appHandle}`,
    close: () => sandbox.close(),
  };
}
