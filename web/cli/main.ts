#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { enhanceCommand } from './commands/enhance.ts';
import { inspectCommand } from './commands/inspect.ts';
import { ladderCommand } from './commands/ladder.ts';
import { reviewCommand } from './commands/review.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { serveCommand } from './commands/serve.ts';
import { exitCodeOf, sentenceOf } from './exit-codes.ts';

/** Each command imports its heavy parts when it runs, so that `--help` is quick. */
function createProgram(): Command {
  const program = new Command('vitrine')
    .description('Sharp product photos for Shopify that never lose an original.')
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const command of [
    enhanceCommand(),
    inspectCommand(),
    ladderCommand(),
    serveCommand(),
    rollbackCommand(),
    reviewCommand(),
    auditCommand(),
  ]) {
    program.addCommand(inherit(command));
  }
  return program;
}

/** Subcommands, too, throw instead of ending the process. */
function inherit(command: Command): Command {
  command.exitOverride();
  for (const sub of command.commands) inherit(sub);
  return command;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  // Commander has already said what is wrong with the command line.
  if (!(error instanceof CommanderError)) {
    console.error(`vitrine: ${sentenceOf(error)}`);
    if (process.env['LOG_LEVEL'] === 'debug') console.error(error);
  }
  process.exitCode = exitCodeOf(error);
}
