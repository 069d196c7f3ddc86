import { Command, Option } from 'commander';
import type { Role } from '../../server/main.ts';

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the app: webhooks, panel and API (web), and the work on images (worker)')
    .addOption(
      new Option('--role <role>', 'web and worker need a DATABASE_URL that they share')
        .choices(['all', 'web', 'worker'])
        .default('all'),
    )
    .addHelpText('after', '\nWhat can be set, and what must be, is in docs/operating.md.')
    .action(async ({ role }: { role: Role }) => {
      const { readConfig } = await import('../../server/config.ts');
      const { runUntilSignal } = await import('../../server/run-until-signal.ts');
      await runUntilSignal({ role, config: readConfig(process.env) });
    });
}
