import { type IconName, shapes } from './shapes.tsx';

interface Props {
  name: IconName;
  /** 16 px, for running text, chips and buttons. */
  small?: boolean;
  /** What it means, when no word stands beside it. */
  label?: string;
  className?: string;
}

export function Icon({ name, small, label, className }: Props) {
  const classes = ['icon', small && 'small', className].filter(Boolean).join(' ');
  return (
    <svg
      viewBox="0 0 20 20"
      className={classes}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {shapes[name]}
    </svg>
  );
}
