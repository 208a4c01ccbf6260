import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { useList } from '../../api/records.ts';
import { useSession } from '../../api/session.ts';
import type { Deal } from '../../api/types.ts';
import { addDays, longDayText, today } from '../../format/dates.ts';
import { recordPath } from '../../parts/fields/paths.ts';
import { Panel } from '../../parts/record/Panel.tsx';
import recordClasses from '../../parts/record/record.module.css';
import { DateText, MoneyText } from '../../parts/texts.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { t } from '../../texts/index.ts';
import classes from './activities.module.css';
import { GroupSection } from './GroupSection.tsx';
import { useRowKeys } from './useRowKeys.ts';

const most = 12;
const soon = 14;

/** What today asks for: what is late and due, the deals that nothing is planned for, those about to close. */
export default function MyDayPage() {
  const { user } = useSession();
  const [ticking, setTicking] = useState<number | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const onShown = useRowKeys(root, setTicking);
  const mine = { owner_id: user.id, status: 'open', limit: most, expand: 'organisation' };
  return (
    <Frame
      title={t('day.title')}
      crumbs={[{ label: t('day.title') }]}
      views={<span className="i3 t13">{longDayText(today())}</span>}
    >
      <div className={classes.columns}>
        <div ref={root}>
          {(['overdue', 'today'] as const).map((group) => (
            <GroupSection
              key={group}
              group={group}
              filter={{ owner_id: String(user.id) }}
              ticking={ticking}
              onTick={setTicking}
              onShown={onShown}
            />
          ))}
        </div>
        <div>
          <DealsPanel
            title={t('day.noStep')}
            none={t('day.noStepNone')}
            query={{ ...mine, 'next_activity_id.null': true, sort: '-value' }}
          />
          <DealsPanel
            title={t('day.closing')}
            none={t('day.closingNone')}
            query={{
              ...mine,
              'expected_close_date.lte': addDays(today(), soon),
              sort: 'expected_close_date',
            }}
          />
        </div>
      </div>
    </Frame>
  );
}

interface Props {
  title: string;
  none: string;
  query: Record<string, string | number | boolean>;
}

function DealsPanel({ title, none, query }: Props) {
  const { data } = useList<Deal>('deals', query);
  const deals = data?.data ?? [];
  return (
    <Panel title={title}>
      <ul>
        {deals.map((deal) => (
          <li key={deal.id} className={recordClasses.related}>
            <div className="grow">
              <p className="b cut">
                <Link href={recordPath('deals', deal.id) ?? ''}>{deal.title}</Link>
              </p>
              <p className="i2 cut">{String((deal.organisation as { name?: string } | null)?.name ?? '')}</p>
            </div>
            {deal.value !== null && <MoneyText amount={deal.value} currency={deal.currency} />}
            {deal.expected_close_date && (
              <span className="t12 i3">
                <DateText value={deal.expected_close_date} plain />
              </span>
            )}
          </li>
        ))}
      </ul>
      {data && deals.length === 0 && <p className="t13 i3">{none}</p>}
    </Panel>
  );
}
