import classes from './timeline.module.css';

/** A Markdown text as the server rendered and sanitised it; until then as it was written. */
export function Html({ html, text }: { html: string | null | undefined; text: string }) {
  if (!html) return <div className={classes.plain}>{text}</div>;
  return (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: the server sanitises every *_html it sends
    <div className={classes.html} dangerouslySetInnerHTML={{ __html: html }} />
  );
}
