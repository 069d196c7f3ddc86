import type { Summary } from '../../server/http/api/schemas.ts';
import { usePanel } from '../context.ts';
import { type Filter, filters, statusesOf } from '../model/image-list.ts';

interface FilterBarProps {
  readonly chosen: Filter;
  readonly summary: Summary | null;
  readonly onChoose: (filter: Filter) => void;
}

function countOf(filter: Filter, { total, byStatus }: Summary): number {
  if (filter === 'all') return total;
  return statusesOf[filter].reduce((sum, status) => sum + (byStatus[status] ?? 0), 0);
}

/** One button for each group of statuses, with how many images are in it. */
export function FilterBar({ chosen, summary, onChoose }: FilterBarProps) {
  const { t, locale } = usePanel().words;
  return (
    <fieldset class="filters">
      <legend class="sr">{t('images.filter')}</legend>
      {filters.map((filter) => {
        const count = summary === null ? 0 : countOf(filter, summary);
        return (
          <s-press-button
            key={filter}
            variant="tertiary"
            pressed={filter === chosen}
            onClick={() => onChoose(filter)}
          >
            {t(`filter.${filter}`)}
            {count > 0 && <span class="count">{new Intl.NumberFormat(locale).format(count)}</span>}
          </s-press-button>
        );
      })}
    </fieldset>
  );
}
