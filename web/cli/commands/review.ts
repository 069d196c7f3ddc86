import { Command } from 'commander';

const outcomes = {
  approve: 'will be published; the server does it.',
  reject: 'stays as it is in the shop.',
} as const;

export function reviewCommand(): Command {
  return new Command('review')
    .description(
      'decide about a result that waits: one that the gate holds, or that the shop wants approved first',
    )
    .addCommand(decisionCommand('approve', 'publish it'))
    .addCommand(decisionCommand('reject', 'leave the shop as it is; the result stays in the vault'));
}

function decisionCommand(decision: keyof typeof outcomes, description: string): Command {
  return new Command(decision)
    .description(description)
    .argument('<image>', 'id of the image, or Shopify’s id of the MediaImage')
    .option('--shop <domain>', 'such as example.myshopify.com; not needed while one shop is installed')
    .action(async (image: string, { shop = null }: { shop?: string | null }) => {
      const { openOperator } = await import('../open-operator.ts');
      await using opened = await openOperator();
      const { fileName } = await opened.operator.decide({ shop, image, decision });
      console.log(`${fileName} ${outcomes[decision]}`);
    });
}
