import { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';

export function auditCommand(): Command {
  return new Command('audit')
    .description('the ledger: everything that was written to a shop')
    .addCommand(verifyCommand())
    .addCommand(exportCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('walk the chain of hashes, and read every file that it names from the vault')
    .option('--shop <domain>', 'one shop (default: all)')
    .option('--json', 'print the result as JSON', false)
    .action(async (options: { shop?: string; json: boolean }) => {
      const { openOperator } = await import('../open-operator.ts');
      await using opened = await openOperator();
      const verified = await opened.operator.verify({ shop: options.shop ?? null });
      if (options.json) console.log(JSON.stringify(verified));
      for (const { shop, entries, blobs, fault } of options.json ? [] : verified) {
        console.log(
          `${shop}: ${fault ? `NOT SOUND. ${fault.sentence}` : `sound; ${entries} entries, ${blobs} files.`}`,
        );
      }
      if (verified.some(({ fault }) => fault !== null)) process.exitCode = exitCodes.failed;
    });
}

function exportCommand(): Command {
  return new Command('export')
    .description('print a shop’s ledger as JSON Lines, in the order of the chain')
    .option('--shop <domain>', 'not needed while one shop is installed')
    .action(async (options: { shop?: string }) => {
      const { openOperator } = await import('../open-operator.ts');
      await using opened = await openOperator();
      for (let afterSeq = 0; ; ) {
        const page = await opened.operator.entries({ shop: options.shop ?? null, afterSeq });
        for (const entry of page) console.log(JSON.stringify(entry));
        const last = page.at(-1);
        if (last === undefined) return;
        afterSeq = Number(last['seq']);
      }
    });
}
