import { Link } from 'wouter';
import { DateText } from '../../parts/texts.tsx';
import { t } from '../../texts/index.ts';
import { useChangeSets } from '../changes/data.ts';
import { UndoButton } from '../changes/UndoButton.tsx';
import classes from './import.module.css';

/** What was imported before, each with its undo. */
export function PastImports() {
  const { sets } = useChangeSets({ origin: 'import' });
  if (sets.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="past-imports">
      <header>
        <h2 id="past-imports">{t('import.past')}</h2>
      </header>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('import.pastWhat')}</th>
              <th scope="col">{t('import.pastWhen')}</th>
              <th scope="col">{t('import.pastWho')}</th>
              <th scope="col" className="num">
                {t('import.pastChanges')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {sets.map((set) => (
              <tr key={set.id}>
                <th scope="row">
                  <Link className="link" href={`/changes/${set.id}`}>
                    {set.label || t('import.title')}
                  </Link>
                </th>
                <td>
                  <DateText value={set.recorded_at} />
                </td>
                <td>{set.actor?.name}</td>
                <td className="num">{set.changes}</td>
                <td className="num">
                  <UndoButton set={set} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
