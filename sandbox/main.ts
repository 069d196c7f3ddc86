/** Runs the sandbox store by itself until it is stopped. */
import { parseArgs } from 'node:util';
import { sandboxShop, startSandbox } from './start.ts';

const help = `Usage: node sandbox/main.ts [--port N] [--app-url URL] [--shop DOMAIN]

Starts a Shopify store on this machine and prints its address for VITRINE_SANDBOX.

  --port N       main port; the upload host and the CDN take the next two (default 4010)
  --app-url URL  where webhooks go (default: nowhere)
  --shop DOMAIN  the shop to open (default ${sandboxShop})
  --help         this text`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    'app-url': { type: 'string' },
    shop: { type: 'string', default: sandboxShop },
    help: { type: 'boolean', default: false },
  },
});
const port = Number(values.port);
if (values.help) {
  console.log(help);
} else if (!Number.isInteger(port) || port < 0 || port > 65_533) {
  console.error(`--port takes a whole number from 0 to 65533, not ${values.port}.`);
  process.exitCode = 2;
} else {
  const appUrl = values['app-url'];
  const sandbox = await startSandbox({
    port,
    shops: [values.shop],
    ...(appUrl === undefined ? {} : { appUrl }),
  });
  console.log(`VITRINE_SANDBOX=${sandbox.origin}`);
  console.log(`shop ${values.shop}, uploads ${sandbox.uploadOrigin}, CDN ${sandbox.cdnOrigin}`);
  const stop = (): void => void sandbox.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
