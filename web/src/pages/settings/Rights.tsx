import { ActionIcon, NativeSelect } from '@mantine/core';
import { useList } from '../../api/records.ts';
import { mayUpdate, useKind, useMeta } from '../../api/session.ts';
import type { KindMeta, Reach, Row } from '../../api/types.ts';
import { useCreate, useRemove, useUpdate } from '../../api/write.ts';
import { Icon } from '../../parts/Icon.tsx';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { type PlainKey, t } from '../../texts/index.ts';
import classes from './settings.module.css';

interface Right extends Row {
  role: string;
  kind: string;
  see: Reach;
  edit: Reach;
}

const roles = ['manager', 'rep', 'viewer'] as const;
type Role = (typeof roles)[number];
const reaches: Reach[] = ['none', 'own', 'team', 'all'];

const roleText = (role: Role) => t(`settings.role.${role}` as PlainKey);

/* Records everybody works on, and what they share: told by the presets, which are the server's. */
const isRecord = (kind: KindMeta) => kind.presets?.rep?.edit === 'all';
const isShared = (kind: KindMeta) =>
  kind.presets?.rep?.edit === 'none' && kind.presets.manager?.edit === 'all';

/** Whose records each role sees and changes, kind by kind: the presets, and where the team differs from them. */
export function Rights() {
  const { kinds } = useMeta();
  const { data, error, refetch } = useList<Right>('rights', { limit: 500 });
  if (error && !data) return <ErrorState error={error} retry={refetch} />;
  if (!data) return <RowSkeletons rows={8} />;
  const groups = [
    ['settings.rightsRecords', kinds.filter(isRecord)],
    ['settings.rightsShared', kinds.filter(isShared)],
  ] as const;
  return groups.map(([title, members]) => (
    <section key={title} className="panel" aria-label={t(title)}>
      <table className={classes.matrix}>
        <thead>
          <tr>
            <th scope="col">{t(title)}</th>
            {roles.map((role) => (
              <th key={role} scope="col">
                {roleText(role)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {members.map((kind) => (
            <tr key={kind.name}>
              <th scope="row">{kind.labels}</th>
              {roles.map((role) => (
                <td key={role} data-role={roleText(role)}>
                  <Cell
                    kind={kind}
                    role={role}
                    right={data.data.find((r) => r.role === role && r.kind === kind.name)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  ));
}

interface CellProps {
  kind: KindMeta;
  role: Role;
  right: Right | undefined;
}

function Cell({ kind, role, right }: CellProps) {
  const meta = useKind('rights');
  const create = useCreate('rights');
  const update = useUpdate('rights');
  const remove = useRemove('rights');
  const preset = kind.presets?.[role];
  if (!preset) return null;
  const now = { see: right?.see ?? preset.see, edit: right?.edit ?? preset.edit };
  const label = t('settings.rightLabel', { role: roleText(role), kind: kind.labels.toLocaleLowerCase() });
  const set = (what: 'see' | 'edit', reach: Reach) => {
    const next = { ...now, [what]: reach };
    const asPreset = next.see === preset.see && next.edit === preset.edit;
    if (right && asPreset) remove.mutate({ row: right, label });
    else if (right) update.mutate({ row: right, fields: { [what]: reach }, label });
    else if (!asPreset) create.mutate({ fields: { role, kind: kind.name, ...next }, label });
  };
  const offered = (value: Reach) =>
    reaches
      .filter((r) => kind.owner_field || r === 'none' || r === 'all' || r === value)
      .map((r) => ({ value: r, label: t(`settings.level.${r}`) }));
  const one = (what: 'see' | 'edit', word: string) => (
    <div className={classes.right} data-differs={now[what] !== preset[what] || undefined}>
      <span>
        {word}
        {now[what] !== preset[what] && (
          <i className={classes.dot} role="img" aria-label={t('settings.differs')} />
        )}
      </span>
      <NativeSelect
        size="xs"
        aria-label={t('settings.rightOf', { role: roleText(role), kind: kind.labels, what: word })}
        data={offered(now[what])}
        value={now[what]}
        disabled={!mayUpdate(meta)}
        onChange={(e) => set(what, e.currentTarget.value as Reach)}
      />
    </div>
  );
  return (
    <div className={classes.rights}>
      {one('see', t('settings.see'))}
      {one('edit', t('settings.change'))}
      {right && mayUpdate(meta) ? (
        <ActionIcon
          aria-label={t('settings.toPreset', { role: roleText(role), kind: kind.labels })}
          title={t('settings.toPreset', { role: roleText(role), kind: kind.labels })}
          onClick={() => remove.mutate({ row: right, label })}
        >
          <Icon name="undo" small />
        </ActionIcon>
      ) : (
        <span className={classes.gap} />
      )}
    </div>
  );
}
