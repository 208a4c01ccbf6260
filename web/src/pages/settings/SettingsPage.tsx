import { Link, Redirect } from 'wouter';
import { useMeta } from '../../api/session.ts';
import { Icon } from '../../parts/Icon.tsx';
import type { IconName } from '../../parts/shapes.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import { groups, type Section } from './sections.tsx';
import classes from './settings.module.css';

function useSections() {
  const { kinds } = useMeta();
  const seen = (section: Section) => {
    if (!section.kind) return true;
    const can = kinds.find((k) => k.name === section.kind)?.can;
    return can !== undefined && can.see !== 'none' && (!section.changers || can.update !== 'none');
  };
  const shown = groups.map((group) => ({ ...group, sections: group.sections.filter(seen) }));
  return {
    groups: shown.filter((group) => group.sections.length > 0),
    all: shown.flatMap((group) => group.sections),
  };
}

/** The settings: their list at the left and one of them at the right; on a phone one after the other. */
export default function SettingsPage({ section: key }: { section?: string }) {
  const phone = usePhone();
  const { all } = useSections();
  const section = all.find((s) => s.key === key);
  if (!key && !phone) return <Redirect to={`/settings/${all[0]?.key ?? 'account'}`} replace />;
  const title = t('settings.title');
  return (
    <Frame
      title={section ? t(section.title) : title}
      crumbs={
        section ? [{ label: title, href: '/settings' }, { label: t(section.title) }] : [{ label: title }]
      }
    >
      <div className={classes.page}>
        {(!phone || !key) && <SectionList here={key} />}
        {key && (
          <div className={classes.section}>
            {phone && (
              <Link href="/settings" className={classes.back}>
                <Icon name="chevronLeft" small />
                {t('settings.back')}
              </Link>
            )}
            {section ? (
              <>
                <div className={classes.intro}>
                  {!phone && <h2 className="t20 b">{t(section.title)}</h2>}
                  <p className="t13 i2">{t(section.hint)}</p>
                </div>
                {section.panel ? (
                  <section className="panel" aria-label={t(section.title)}>
                    {section.body()}
                  </section>
                ) : (
                  section.body()
                )}
              </>
            ) : (
              <EmptyState icon="lock" title={t('load.gone')} hint={t('load.goneHint')} />
            )}
          </div>
        )}
      </div>
    </Frame>
  );
}

function SectionList({ here }: { here: string | undefined }) {
  const { groups: shown } = useSections();
  return (
    <nav className={classes.nav} aria-label={t('settings.sections')}>
      {shown.map((group) => (
        <div key={group.title}>
          <h2 className="t12 i3">{t(group.title)}</h2>
          {group.sections.map((s) => (
            <Way
              key={s.key}
              href={`/settings/${s.key}`}
              icon={s.icon}
              label={t(s.title)}
              here={s.key === here}
            />
          ))}
        </div>
      ))}
      <div>
        <h2 className="t12 i3">{t('settings.group.data')}</h2>
        <Way href="/import" icon="upload" label={t('settings.import')} />
        <Way href="/changes" icon="history" label={t('settings.changes')} />
      </div>
    </nav>
  );
}

function Way({ href, icon, label, here }: { href: string; icon: IconName; label: string; here?: boolean }) {
  return (
    <Link href={href} className={classes.way} aria-current={here ? 'page' : undefined}>
      <Icon name={icon} small />
      {label}
    </Link>
  );
}
