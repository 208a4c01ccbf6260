import { t } from '../../texts/index.ts';
import classes from './timeline.module.css';

/* Ticks and empty corners of tables get what screen readers need; nothing else of the text is touched. */
const readable = (html: string) =>
  html
    .replace(/<input(?=[^>]*type="checkbox")(?=[^>]*\schecked)/g, `<input aria-label="${t('html.ticked')}"`)
    .replace(
      /<input(?=[^>]*type="checkbox")(?![^>]*aria-label)/g,
      `<input aria-label="${t('html.unticked')}"`,
    )
    .replace(/<th([^>]*)>\s*<\/th>/g, '<td$1></td>');

/** A Markdown text as the server rendered and sanitised it; until then as it was written. */
export function Html({ html, text }: { html: string | null | undefined; text: string }) {
  if (!html) return <div className={classes.plain}>{text}</div>;
  return (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: the server sanitises every *_html it sends
    <div className={classes.html} dangerouslySetInnerHTML={{ __html: readable(html) }} />
  );
}
