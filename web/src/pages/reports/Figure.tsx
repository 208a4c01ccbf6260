import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { t } from '../../texts/index.ts';
import classes from './reports.module.css';

interface Props {
  label: string;
  value: string;
  /** The deals behind it. */
  href?: string;
  /** Its interval, or what it rests on. */
  detail?: ReactNode;
  /** Against before. */
  change?: ReactNode;
  weak?: boolean;
}

/** A number that matters: what it is, how much, how sure, on how many, and against before. */
export function Figure({ label, value, href, detail, change, weak }: Props) {
  return (
    <div className={classes.figure} data-weak={weak || undefined}>
      <dt>{label}</dt>
      <dd>
        <strong className={classes.big}>{href ? <Link href={href}>{value}</Link> : value}</strong>
        {weak && <span className="tag">{t('reports.fewCases')}</span>}
        {detail && <span className="t13 i2">{detail}</span>}
        {change && <span className="t13 i2">{change}</span>}
      </dd>
    </div>
  );
}

/** A figure of a table or a chart, leading to its deals where there is a way. */
export function Deals({ href, children }: { href: string | undefined; children: ReactNode }) {
  return href ? (
    <Link href={href} className={classes.deals}>
      {children}
    </Link>
  ) : (
    children
  );
}
