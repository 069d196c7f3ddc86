import { Command } from 'commander';

export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('put the original of an image back, and prove it by reading back')
    .argument('<image>', 'id of the image, or Shopify’s id of the MediaImage')
    .option('--shop <domain>', 'such as example.myshopify.com; not needed while one shop is installed')
    .option('--force', 'write over a change that was made in the shop since', false)
    .option('--json', 'print the result as JSON', false)
    .action(async (image: string, options: { shop?: string; force: boolean; json: boolean }) => {
      const { openOperator } = await import('../open-operator.ts');
      await using opened = await openOperator();
      const restored = await opened.operator.restore({
        shop: options.shop ?? null,
        image,
        isForced: options.force,
      });
      console.log(
        options.json
          ? JSON.stringify(restored)
          : `${restored.fileName}: the original is back; the shop’s bytes have its SHA-256 ${restored.digest}.`,
      );
    });
}
